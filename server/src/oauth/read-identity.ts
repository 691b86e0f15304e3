import { decodeJwt } from 'jose';
import { cut } from '../catalog/answers/provider-words.ts';
import { readPath } from '../catalog/answers/read-path.ts';
import type { OauthBlock } from '../catalog/format/oauth.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { EgressError } from '../egress/egress.ts';
import { parseJson } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import { bounds, type OauthDoor } from './door.ts';
import { addressOf, headersIn } from './server-of.ts';
import type { TokenSet } from './token-set.ts';

export interface IdentityQuestion {
  readonly tokens: Pick<TokenSet, 'answer' | 'idToken'>;
  /** What the connector attaches to a call. */
  readonly attachment: {
    readonly headers: Readonly<Record<string, Secret>>;
    readonly query: Readonly<Record<string, Secret>>;
  };
  /** Captured values among them. */
  readonly values: TemplateValues;
}

/**
 * Whose account it is, on one line and at most 512 bytes; `null` where nobody says. An ID token that came from the token
 * endpoint itself needs no signature (OpenID Connect Core §3.1.3.7, 6); it is a name to show and decides nothing.
 */
export async function readIdentity(
  door: OauthDoor,
  { identity }: Pick<OauthBlock, 'identity'>,
  question: IdentityQuestion,
): Promise<string | null> {
  if (identity === undefined) return null;
  if ('url' in identity) return nameAt(await ask(door, identity, question), identity.path);
  const { answer, idToken } = question.tokens;
  return nameAt(identity.from === 'token' ? answer : claimsOf(idToken), identity.path);
}

function nameAt(answer: unknown, path: string): string | null {
  const found = readPath(answer, path);
  const name = typeof found === 'string' || typeof found === 'number' ? cut(String(found)) : '';
  return name === '' ? null : name;
}

function claimsOf(token: Secret | undefined): unknown {
  try {
    return token === undefined ? undefined : decodeJwt(token.reveal());
  } catch {
    return undefined;
  }
}

type AskedIdentity = Extract<NonNullable<OauthBlock['identity']>, { url: string }>;

/** A provider that will not say who it is has signed in all the same. */
async function ask(
  door: OauthDoor,
  identity: AskedIdentity,
  { attachment, values }: IdentityQuestion,
): Promise<unknown> {
  const address = addressOf(identity.url, values);
  const own = headersIn(identity.headers, values);
  if (!address.ok || !own.ok) return undefined;
  const url = new URL(address.url);
  for (const [name, value] of Object.entries(attachment.query)) url.searchParams.set(name, value.reveal());
  const headers = clear({ accept: 'application/json', ...own.headers, ...attachment.headers });
  const { egress, loopback, signal } = door;
  try {
    const answer = await egress.request({ method: 'GET', url: url.href, headers, loopback, signal, ...bounds });
    return answer.status === 200 ? parseJson(answer.body.toString()) : undefined;
  } catch (error) {
    if (error instanceof EgressError) return undefined;
    throw error;
  }
}

function clear(headers: Readonly<Record<string, string | Secret>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
