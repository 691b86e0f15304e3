import * as oauth from 'oauth4webapi';
import type { Secret } from '../lib/secret.ts';
import type { OauthDoor } from './door.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';
import type { TokenOutcome } from './token-set.ts';
import { askTokenEndpoint } from './token/ask-token-endpoint.ts';

export interface Refresh {
  readonly client: OauthClient;
  readonly refreshToken: Secret;
  /** Sent where they are given; absent: those granted before (RFC 6749 §6). */
  readonly scopes?: readonly string[] | undefined;
}

/** Exchanges a refresh token for new tokens (RFC 6749 §6). What an answer does not repeat goes on counting. */
export async function refreshTokens(door: OauthDoor, server: OauthServer, refresh: Refresh): Promise<TokenOutcome> {
  const { client, refreshToken, scopes = [] } = refresh;
  const more = scopes.length > 0 ? { scope: scopes.join(server.rules.scopeSeparator) } : {};
  const question = { leg: server.refresh, client, server, more, renewing: true, words: [refreshToken] };
  return askTokenEndpoint(door, question, ({ as, us, auth, options }) =>
    oauth.refreshTokenGrantRequest(as, us, auth, refreshToken.reveal(), options),
  );
}
