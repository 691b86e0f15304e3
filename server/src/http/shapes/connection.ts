import { z } from 'zod';
import { type Connection, connectionScopes, connectionStatuses } from '../../connections/connection.ts';
import { authTypeOf } from './connector.ts';

/** The record of contract 004, with our additions in its own camelCase (RULINGS 004.1). */
export const connectionRecord = z.object({
  id: z.uuid(),
  connectorSlug: z.string(),
  label: z.string(),
  handle: z.string(),
  scope: z.enum(connectionScopes),
  status: z.enum(connectionStatuses),
  statusReason: z.string().nullable(),
  isActive: z.boolean(),
  authType: z.enum(['oauth', 'api_key', 'none']),
  account: z.string().nullable(),
  scopes: z.array(z.string()),
  endUser: z
    .object({ id: z.string().describe('As the app calls them.') })
    .nullable()
    .describe('The end user of an app whose it is.'),
  metadata: z.record(z.string(), z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export function showConnection(connection: Connection): z.output<typeof connectionRecord> {
  return {
    id: connection.id,
    connectorSlug: connection.connectorId,
    label: connection.label,
    handle: connection.handle,
    scope: connection.scope,
    status: connection.status,
    statusReason: connection.status === 'connected' ? null : connection.statusReason,
    isActive: connection.isActive,
    authType: authTypeOf(connection.authMode),
    account: connection.identity,
    scopes: [...connection.grantedScopes],
    endUser: connection.endUser && { id: connection.endUser.externalId },
    metadata: { ...connection.metadata },
    createdAt: connection.createdAt,
    updatedAt: connection.updatedAt,
  };
}
