import { z } from 'zod';
import type { Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import type { AppInForce } from '../../oauth/apps/apps-in-force.ts';
import { redirectUri } from '../../oauth/apps/redirect-uri.ts';
import { setupUrl } from '../../oauth/apps/setup-url.ts';

/** The OAuth app that counts for a connector; its secret is never shown. */
export const oauthAppItem = z
  .object({
    connector: z.string(),
    name: z.string(),
    source: z
      .enum(['workspace', 'environment'])
      .nullable()
      .describe('Whose app it is; null where there is none and each connection brings its own.'),
    client_id: z.string().nullable(),
    has_secret: z.boolean(),
    fields: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Which server it is for, as values of fields; null: the addresses that the manifest names.'),
    redirect_uri: z.string().describe('The one redirect URL to register with the app.'),
    setup_url: z
      .string()
      .nullable()
      .describe('Where such an app is made at the provider, filled in beforehand; null where no such page is known.'),
    created_at: z.string().nullable(),
    updated_at: z.string().nullable(),
  })
  .meta({ id: 'OauthApp' });

/** What VSCHAR is in RFC 6749 appendix A. */
const printable = /^[\x20-\x7e]+$/;

/** An OAuth app as it is set. */
export const oauthAppInput = z.strictObject({
  client_id: z.string().trim().min(1).max(500).regex(printable, 'must be printable ASCII characters'),
  client_secret: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .describe('Absent: a public client, which has none. It is kept sealed and never shown.'),
  fields: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'Which server the app is for, where the address is a field of the connector, e.g. `base_url`. Absent: the addresses that the manifest names.',
    ),
});

export function showOauthApp(
  { connectorId, source, clientId, hasSecret, config: server, createdAt, updatedAt }: AppInForce,
  { connector, config }: { readonly connector: Connector | undefined; readonly config: Pick<Config, 'publicUrl'> },
): z.output<typeof oauthAppItem> {
  return {
    connector: connectorId,
    name: connector?.name ?? connectorId,
    source: source ?? null,
    client_id: clientId ?? null,
    has_secret: hasSecret,
    fields: server ?? null,
    redirect_uri: redirectUri(config),
    setup_url: (connector && setupUrl(connector, config)) ?? null,
    created_at: createdAt ?? null,
    updated_at: updatedAt ?? null,
  };
}
