import { roleAtLeast } from '../../access/caller.ts';
import { isHeader, headerNameOf } from '../../auth-modes/connection-headers.ts';
import { chosenServer } from '../../catalog/chosen-server.ts';
import type { Connector } from '../../catalog/connector.ts';
import { customServerId } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { listCredentialsOf } from '../../credentials/credential-store.ts';
import { Failure } from '../../errors.ts';
import { nothingAttached } from '../../transports/attachment.ts';
import { type McpTarget, mcpTargetOf } from '../../transports/mcp/mcp-target.ts';
import type { Connection } from '../connection.ts';
import { longestList, readConnection } from '../connection-store.ts';
import { findConnectorOf } from '../connector-of.ts';
import { seeConnection } from '../see-connection.ts';

/** A connection of the workspace or a crew, with what is shown of the server behind it. */
export interface SharedConnection {
  readonly connection: Connection;
  /** How an MCP server is spoken to; `null` for an API. */
  readonly transport: McpTarget['transport'] | null;
  /** Where an MCP server is, without any secret; `null` for an API and for a program that we run. */
  readonly endpoint: string | null;
  /** In lower case, in alphabetical order. */
  readonly headerNames: readonly string[];
}

type Seeing = Pick<Context, 'db' | 'caller'>;

/**
 * Connections of workspace and crews (RULINGS 001.9), newest first: all of them for MANAGER and above, else the workspace's
 * and those of one's own crews. At most one more than the longest list, to go on before the last one's id.
 */
export async function listShared({ db, caller }: Seeing, before?: string): Promise<Connection[]> {
  const crews = [...caller.crews];
  const rows = await db.rows
    .selectFrom('connections')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('scope', 'in', ['workspace', 'crew'])
    .where('connector_id', 'not like', 'agent:%')
    .$if(!roleAtLeast(caller.role, 'MANAGER'), (query) =>
      query.where((where) =>
        where.or([where('scope', '=', 'workspace'), ...(crews.length > 0 ? [where('crew_id', 'in', crews)] : [])]),
      ),
    )
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(longestList + 1)
    .execute();
  return rows.map(readConnection);
}

/** One of them that the caller may see; NOT_FOUND for every other, personal ones included. */
export async function seeShared(ctx: Seeing, id: string): Promise<Connection> {
  const connection = await seeConnection(ctx, id);
  if (connection.scope !== 'personal') return connection;
  throw new Failure('NOT_FOUND', 'There is no such connection.');
}

/** Whether it is a server that is not in the catalog. */
export function isCustom({ connectorId }: Pick<Connection, 'connectorId'>): boolean {
  return connectorId === customServerId;
}

/** The same connections with their servers, in the same order. */
export async function describeShared(
  ctx: Pick<Context, 'db' | 'catalog' | 'config'>,
  connections: readonly Connection[],
): Promise<SharedConnection[]> {
  const ids = connections.map(({ id }) => id);
  const sealed = ids.length === 0 ? undefined : await listCredentialsOf(ctx.db, ids);
  const headersOf = (id: string) => (sealed?.get(id) ?? []).map(({ field }) => field).filter(isHeader);
  return Promise.all(
    connections.map(async (connection) => ({
      connection,
      ...serverOf(connection, await findConnectorOf(ctx, connection), ctx.config.publicUrl),
      headerNames: headersOf(connection.id).map(headerNameOf).sort(),
    })),
  );
}

/** Where a secret would be part of the address, none is shown. */
function serverOf(
  { config, loopback }: Connection,
  connector: Connector | undefined,
  publicUrl: string,
): Pick<SharedConnection, 'transport' | 'endpoint'> {
  if (connector?.mcp === undefined) return { transport: null, endpoint: null };
  const found = mcpTargetOf(connector, { config, loopback, publicUrl, attachment: nothingAttached });
  if (!found.ok) return { transport: chosenServer(connector.mcp, config).transport, endpoint: null };
  const { transport, url } = found.target;
  return { transport, endpoint: transport === 'stdio' ? null : url };
}
