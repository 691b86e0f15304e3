import * as oauth from 'oauth4webapi';
import type { Secret } from '../lib/secret.ts';
import type { OauthDoor } from './door.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';
import type { TokenOutcome } from './token-set.ts';
import { askTokenEndpoint } from './token/ask-token-endpoint.ts';

export interface CodeExchange {
  readonly client: OauthClient;
  /** What `readCallback` found. */
  readonly code: string;
  /** The one whose challenge went out with the request; needed where the server takes part in PKCE. */
  readonly verifier?: Secret | undefined;
  /** The same as in the request (RFC 6749 §4.1.3). */
  readonly redirectUri: string;
  /** What the browser came back with, for captures. */
  readonly callback: URLSearchParams;
}

/** Exchanges a code for tokens (RFC 6749 §4.1.3), with the verifier that only this handshake knows (RFC 7636 §4.5). */
export async function exchangeCode(
  door: OauthDoor,
  server: OauthServer,
  exchange: CodeExchange,
): Promise<TokenOutcome> {
  const { client, code, verifier, redirectUri, callback } = exchange;
  if (server.pkce && verifier === undefined) throw new Error('This sign-in takes part in PKCE and has no verifier.');
  const proof = server.pkce && verifier !== undefined ? verifier.reveal() : oauth.nopkce;
  const question = { leg: server.code, client, server, callback, words: [code, verifier] };
  return askTokenEndpoint(door, question, ({ as, us, auth, options }) => {
    const answer = oauth.validateAuthResponse(as, us, new URLSearchParams({ code }), oauth.expectNoState);
    return oauth.authorizationCodeGrantRequest(as, us, auth, answer, redirectUri, proof, options);
  });
}
