import { accessToken } from '../../catalog/meant/brought-values.ts';
import { tokenOriginsOf } from '../../catalog/origins.ts';
import type { Context } from '../../context.ts';
import type { GrantClient } from '../../credentials/grants/grant.ts';
import type { NewGrant } from '../../credentials/grants/seal-grant.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { findOauthClient } from '../../oauth/apps/find-oauth-client.ts';
import type { ReadSecurity } from './read-security.ts';
import type { GivenToken } from './read-token.ts';
import { refusal } from './refuse-body.ts';

/** What an imported token comes to: a secret like any other, and what renews it. */
export interface ImportedToken {
  readonly credentials: Credentials;
  readonly grant: NewGrant;
  readonly grantedScopes: readonly string[];
}

type Imported = ReadSecurity & { readonly token: GivenToken };

/**
 * Takes in a token that somebody was handed elsewhere, to be renewed like one of ours (RULINGS 000.1). Throws INVALID_INPUT
 * where nobody could tell the provider whose refresh token it is.
 */
export async function importToken(ctx: Context, imported: Imported): Promise<ImportedToken> {
  const { connector, authMode, config, credentials, token } = imported;
  const client = token.refreshToken && (await clientOf(ctx, imported));
  const origins = authMode === 'byo_oauth' ? tokenOriginsOf(connector, config) : credentials.origins;
  const { refreshToken, scopes, expiresAt } = token;
  return {
    credentials: {
      secrets: { ...credentials.secrets, [accessToken]: token.accessToken },
      origins: credentials.origins,
    },
    grant: {
      secrets: { kind: 'code', refreshToken, client, origins, scopes },
      obtainedAt: ctx.clock.now() - usualLifeMs,
      expiresAt,
      renewBefore: connector.oauth?.renew_before,
    },
    grantedScopes: scopes,
  };
}

/** Nobody says how long ago it was handed out. */
const usualLifeMs = 3_600_000;

/** Who the refresh token was issued to: what came with it, else the connection's own app, else ours for this connector. */
async function clientOf(ctx: Context, { connector, config, own, token }: Imported): Promise<GrantClient> {
  if (token.client !== undefined) return { source: 'given', ...token.client };
  const found = await findOauthClient(ctx, connector, { config, own: own?.client });
  if ('client' in found) return { source: found.source, ...found.client };
  throw refusal(pointer('security', 'oauth2Token', 'client_id'), whose);
}

const whose =
  'missing required field: client_id. A refresh token works for the OAuth client alone that it was issued to: send client_id and client_secret along, or leave refresh_token out.';
