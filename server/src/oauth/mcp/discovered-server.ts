import { z } from 'zod';
import { clientAuth, tokenAnswerSchema } from '../../catalog/format/oauth.ts';
import type { OauthServer, TokenLeg } from '../oauth-server.ts';

/** What discovery found of an authorization server, as plain JSON: kept with a handshake and a grant. */
export const discoveredServerSchema = z.strictObject({
  /** Exactly as it calls itself (RFC 8414 §2). */
  issuer: z.string(),
  /** RFC 9207 §3. */
  issRequired: z.boolean(),
  authorizationUrl: z.string(),
  tokenUrl: z.string(),
  revocationUrl: z.string().optional(),
  clientAuth,
  /** RFC 8707. */
  resource: z.string(),
  /** Whether it is asked for tokens that last while nobody is there: it then asks the person each time (OpenID Connect Core 1.0 §11). */
  offline: z.boolean(),
});

export type DiscoveredServer = Readonly<z.output<typeof discoveredServerSchema>>;

/** The server as every sign-in knows one: nothing about it is particular. */
export function serverOfDiscovered(found: DiscoveredServer): OauthServer {
  const leg: TokenLeg = { url: found.tokenUrl, params: {}, headers: {}, body: 'form', clientAuth: found.clientAuth };
  return {
    issuer: found.issuer,
    issRequired: found.issRequired,
    authorization: {
      url: found.authorizationUrl,
      params: found.offline ? { prompt: 'consent' } : {},
      selectAccountParams: { prompt: 'select_account' },
      scopeParam: 'scope',
    },
    pkce: true,
    code: leg,
    refresh: leg,
    rules: { answer: tokenAnswerSchema.parse({}), scopeSeparator: ' ', captures: {} },
    revocationUrl: found.revocationUrl,
    deviceAuthorizationUrl: undefined,
    resource: found.resource,
  };
}
