import type { Connector } from '../catalog/connector.ts';
import { ownConnector } from '../catalog/own-connectors.ts';
import { inMode } from '../catalog/meant/in-mode.ts';
import { redirectConnector } from '../catalog/meant/redirect.ts';
import type { App } from '../context.ts';
import { Failure } from '../errors.ts';
import type { WorkspaceRows } from '../storage/storage.ts';
import type { Connection } from './connection.ts';
import { findKept } from './settings/manifest-store.ts';

type Looking = Pick<App, 'catalog'> & { readonly db: WorkspaceRows };
type Configured = Pick<Connection, 'connectorId' | 'connectorVersion' | 'authMode' | 'settings'>;

/** The definition behind a connection, as this connection means it. CONFLICT where the operator took it out of the catalog since. */
export async function connectorOf(ctx: Looking, connection: Configured): Promise<Connector> {
  const connector = await findConnectorOf(ctx, connection);
  if (connector) return connector;
  const { command } = connection.settings;
  const what =
    command === undefined
      ? `The connector "${connection.connectorId}" is no longer in the catalog.`
      : `The command "${command}" is no longer in the operator's list.`;
  throw new Failure('CONFLICT', `${what} Put it back, or delete the connection.`);
}

/**
 * The same, or `undefined`: the program of the operator's list (S4), else the catalog's in the version it is pinned to
 * (RULINGS 000.2), attaching what its way of signing in brings, at the server it names (RULINGS 000.4).
 */
export async function findConnectorOf(ctx: Looking, connection: Configured): Promise<Connector | undefined> {
  const { connectorId, connectorVersion, authMode, settings } = connection;
  if (settings.command !== undefined) return ctx.catalog.command(settings.command);
  const version = settings.pinned ? connectorVersion : undefined;
  const connector = await findConnector(ctx, connectorId, version);
  if (connector === undefined) return undefined;
  const { servers, transport } = settings;
  return redirectConnector(inMode(connector, authMode), { server: servers[0]?.url, transport });
}

/** A connector by id, in a version that the catalog has or the workspace has used before; without one, the catalog's. */
export async function findConnector(ctx: Looking, id: string, version?: string): Promise<Connector | undefined> {
  const current = ctx.catalog.find(id) ?? ownConnector(id);
  return version === undefined || current?.version === version ? current : findKept(ctx.db, id, version);
}
