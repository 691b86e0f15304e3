import { z } from 'zod';
import { type Connection, connectionStatuses } from '../../connections/connection.ts';
import { paramLocations } from '../../connections/settings/connection-settings.ts';

export const accessScopes = ['personal', 'organizational'] as const;

const generalParam = z.object({
  name: z.string(),
  description: z.string(),
  location: z.enum(paramLocations),
  value: z.string().nullable(),
});

/** The record of contract 000. What signs it in and the headers it adds are never in it. */
export const namedConnection = z.object({
  id: z.uuid(),
  connector_id: z.string(),
  name: z.string(),
  version: z.string(),
  access_scope: z.enum(accessScopes),
  is_service_account: z.boolean(),
  owner: z.uuid().nullable().describe('The person it belongs to alone; null where it is organizational.'),
  status: z.enum(connectionStatuses),
  general_params: z.array(generalParam),
  target_system_servers: z.array(z.object({ url: z.string(), description: z.string().exactOptional() })),
  created_at: z.iso.datetime(),
});

export function showNamedConnection(connection: Connection): z.output<typeof namedConnection> {
  const { settings } = connection;
  return {
    id: connection.id,
    connector_id: connection.connectorId,
    name: connection.label,
    version: connection.connectorVersion,
    access_scope: connection.scope === 'personal' ? 'personal' : 'organizational',
    is_service_account: settings.serviceAccount,
    owner: connection.ownerUserId,
    status: connection.status,
    general_params: [...settings.generalParams],
    target_system_servers: settings.servers.map(({ url, description }) =>
      description === undefined ? { url } : { url, description },
    ),
    created_at: connection.createdAt,
  };
}
