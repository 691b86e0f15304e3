import { z } from 'zod';
import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { availabilityOf, isConfigured, type Setup } from '../../connections/values/availability.ts';

const credentialField = z.object({
  key: z.string(),
  label: z.string(),
  required: z.boolean(),
  secret: z.boolean(),
  type: z.string(),
});

/** One item of the catalog, with the fields of contract 001 and of contract 004 (RULINGS 001.1). */
export const connectorItem = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  auth_mode: z.string(),
  brand_logo: z.string(),
  brand_color: z.string(),
  slug: z.string(),
  authType: z.enum(['oauth', 'api_key', 'none']),
  configured: z.boolean(),
  availability: z.string(),
  availabilityReason: z.string().exactOptional(),
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
  credentialFields: z.array(credentialField).exactOptional(),
});

export function showConnector(connector: Connector, setup: Setup): z.output<typeof connectorItem> {
  const authType = authTypeOf(connector.auth_mode);
  return {
    id: connector.id,
    name: connector.name,
    description: connector.description,
    category: connector.category,
    auth_mode: connector.auth_mode,
    brand_logo: `${setup.config.publicUrl}/brand/${connector.id}.svg`,
    brand_color: connector.brand_color,
    slug: connector.id,
    authType,
    configured: isConfigured(connector, setup),
    ...availabilityOf(connector, setup),
    tools: connector.tools.map(({ name, description }) => ({ name, description })),
    ...(authType === 'api_key' ? { credentialFields: connector.fields.map(showField) } : {}),
  };
}

/** How contract 004 speaks of a way of signing in. */
export function authTypeOf(mode: AuthMode): 'oauth' | 'api_key' | 'none' {
  if (mode === 'none') return 'none';
  return mode === 'pat' || mode === 'conn_string' ? 'api_key' : 'oauth';
}

function showField({
  key,
  label,
  required,
  secret,
  type,
}: Connector['fields'][number]): z.output<typeof credentialField> {
  return { key, label, required, secret, type };
}
