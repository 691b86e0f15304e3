import { z } from 'zod';
import { pointer } from '../../lib/json-pointer.ts';
import { Secret } from '../../lib/secret.ts';
import { isSendable } from '../../transports/http/merge-headers.ts';
import { refusal } from './refuse-body.ts';

/** A token that somebody was handed elsewhere, in our words. */
export interface GivenToken {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /** Milliseconds since the epoch; absent where nobody says. */
  readonly expiresAt: number | undefined;
  readonly scopes: readonly string[];
  /** Who it was issued to, where that was sent along. */
  readonly client: { readonly clientId: string; readonly clientSecret: Secret | undefined } | undefined;
}

const longest = 16_384;
const secret = z.string().trim().min(1).max(longest).refine(isSendable);
const optional = secret.nullish();
const moment = z.union([z.number(), z.string().max(40)]).nullish();

/** What a token endpoint answers (RFC 6749 §5.1), with the client it was issued to; providers answer more, which is passed over. */
const given = z.object({
  access_token: secret,
  refresh_token: optional,
  expires_in: moment,
  expires_at: moment,
  scope: z.union([z.string().max(longest), z.array(z.string().max(500)).max(200)]).nullish(),
  client_id: optional,
  client_secret: optional,
});

/**
 * Reads `oauth2Token`: the answer of a token endpoint as it came, or the access token alone. Throws INVALID_INPUT naming what
 * is wrong and repeating nothing of it.
 */
export function readToken(value: unknown, now: number): GivenToken {
  const read = given.safeParse(typeof value === 'string' ? { access_token: value } : value);
  if (!read.success) {
    const [name] = read.error.issues[0]?.path ?? [];
    const place = name === undefined ? [] : [String(name)];
    throw refusal(pointer('security', 'oauth2Token', ...place), name === undefined ? notAnObject : notReadable(place));
  }
  const { access_token, refresh_token, scope, client_id, client_secret } = read.data;
  return {
    accessToken: new Secret(access_token),
    refreshToken: maybeSecret(refresh_token),
    expiresAt: endOf(read.data, now),
    scopes: (typeof scope === 'string' ? scope.split(/[\s,]+/) : (scope ?? [])).filter((each) => each !== ''),
    client: client_id ? { clientId: client_id, clientSecret: maybeSecret(client_secret) } : undefined,
  };
}

const notAnObject =
  'oauth2Token is the answer of a token endpoint: an object with access_token, and refresh_token and expires_in where there are.';

function notReadable([name = '']: readonly string[]): string {
  return name === 'access_token'
    ? 'missing required field: access_token'
    : `${name} is not what a token endpoint answers.`;
}

function maybeSecret(text: string | null | undefined): Secret | undefined {
  return text ? new Secret(text) : undefined;
}

/** No moment that anybody means by seconds comes near it. */
const leastMilliseconds = 100_000_000_000;

function endOf({ expires_in, expires_at }: z.output<typeof given>, now: number): number | undefined {
  const at = numberOf(expires_at);
  if (at !== undefined) return momentOf(at < leastMilliseconds ? at * 1_000 : at, 'expires_at');
  if (typeof expires_at === 'string' && expires_at !== '') return momentOf(Date.parse(expires_at), 'expires_at');
  const seconds = numberOf(expires_in);
  if (seconds !== undefined) return momentOf(now + seconds * 1_000, 'expires_in');
  if (expires_in === null || expires_in === undefined || expires_in === '') return undefined;
  throw refusal(pointer('security', 'oauth2Token', 'expires_in'), notReadable(['expires_in']));
}

function numberOf(value: string | number | null | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const lastMoment = Date.parse('9999-01-01T00:00:00Z');

function momentOf(ms: number, name: string): number {
  if (ms >= 0 && ms < lastMoment) return Math.round(ms);
  throw refusal(pointer('security', 'oauth2Token', name), notReadable([name]));
}
