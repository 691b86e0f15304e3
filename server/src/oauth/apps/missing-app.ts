import type { Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { appVariables } from '../../config.ts';
import { redirectUri } from './redirect-uri.ts';

/** What is missing where nobody configured a client for a connector, who can, and what to register at the provider. */
export function missingApp({ id, name }: Pick<Connector, 'id' | 'name'>, config: Pick<Config, 'publicUrl'>): string {
  const { clientId, clientSecret } = appVariables(id);
  return [
    `The OAuth client of ${name} is not configured.`,
    `Make an OAuth app at ${name} with the redirect URL ${redirectUri(config)}, then have an ADMIN set it with PUT /api/v1/oauth-apps/${id}, or the operator set ${clientId} and ${clientSecret}.`,
  ].join(' ');
}
