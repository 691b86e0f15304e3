import * as oauth from 'oauth4webapi';
import { meetsExpectation } from '../catalog/answers/meets-expectation.ts';
import type { Secret } from '../lib/secret.ts';
import type { Answered, Failed } from './answers/answered.ts';
import { explainFailure } from './answers/explain-failure.ts';
import { readAnswer } from './answers/read-answer.ts';
import type { OauthDoor } from './door.ts';
import type { OauthServer, OwnRevocation } from './oauth-server.ts';
import { type Revoked, sendRevocation } from './token/send-revocation.ts';
import { sendTo } from './token/send-to.ts';

type Revocation =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string }
  | {
      readonly unreachable: true;
      readonly message: string;
      /** How long the provider wants to be left alone, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    };

/**
 * Tells a provider that tokens are of no use any more: in its own way where the manifest says one, in one request, else as
 * RFC 7009 §2.1 has it. There the refresh token goes first; a server need not end the access token with it. A token that it
 * does not know is none (§2.2).
 */
export async function revokeToken(door: OauthDoor, server: OauthServer, revoked: Revoked): Promise<Revocation> {
  const { ownRevocation: own, revocationUrl: url } = server;
  if (own !== undefined) return read(door, await sendRevocation(door, own, revoked), own.request);
  if (url === undefined) return { ok: false, message: 'The provider offers no way to revoke a token.' };
  const { refreshToken, accessToken } = revoked;
  const all: Revocation[] = [];
  for (const [hint, token] of [
    ['refresh_token', refreshToken],
    ['access_token', accessToken],
  ] as const)
    if (token !== undefined) all.push(await revokeOne(door, server, { ...revoked, url, token, hint }));
  return worstOf(all);
}

interface One extends Revoked {
  readonly url: string;
  readonly token: Secret;
  readonly hint: 'access_token' | 'refresh_token';
}

async function revokeOne(door: OauthDoor, server: OauthServer, one: One): Promise<Revocation> {
  const { url, client, token, hint } = one;
  const leg = { ...server.refresh, url, params: { token_type_hint: hint }, body: 'form' as const };
  const answered = await sendTo(
    door,
    { leg, client, issuer: server.issuer, words: [token] },
    ({ as, us, auth, options }) =>
      oauth.revocationRequest({ ...as, revocation_endpoint: url }, us, auth, token.reveal(), options),
  );
  return read(door, answered);
}

/** Who was not reached may be told again; else it counts that one of them is known to be over: most providers end everything with it. */
function worstOf(all: readonly Revocation[]): Revocation {
  const unheard = all.find((each) => 'unreachable' in each);
  const [first = { ok: false, message: 'The connection holds no token that could be revoked.' }] = all;
  return unheard ?? all.find((each) => 'ok' in each && each.ok) ?? first;
}

type Rules = Pick<OwnRevocation['request'], 'expect_json' | 'message'>;

function read({ clock }: OauthDoor, answered: Answered | Failed, rules?: Rules): Revocation {
  if (!('answer' in answered)) return outcomeOf(answered);
  const { answer } = answered;
  const said = readAnswer(answer);
  const isMet = rules?.expect_json.every((expectation) => meetsExpectation(said, expectation)) ?? true;
  if (answer.status >= 200 && answer.status < 300 && isMet) return { ok: true };
  return outcomeOf(explainFailure(answered, said, { now: clock.now(), message: rules?.message ?? [] }));
}

function outcomeOf(failed: Failed): Revocation {
  const { message } = failed;
  if (!('unreachable' in failed)) return { ok: false, message };
  const { retryAfterMs } = failed;
  return { unreachable: true, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
