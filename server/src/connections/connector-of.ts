import type { Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import type { Connection } from './connection.ts';

/** The definition behind a connection. CONFLICT where the operator took it out of the catalog since. */
export function connectorOf(ctx: Pick<Context, 'catalog'>, connection: Pick<Connection, 'connectorId'>): Connector {
  const connector = ctx.catalog.find(connection.connectorId);
  if (connector) return connector;
  throw new Failure(
    'CONFLICT',
    `The connector "${connection.connectorId}" is no longer in the catalog. Put it back, or delete the connection.`,
  );
}
