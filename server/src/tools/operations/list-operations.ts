import type { Connector } from '../../catalog/connector.ts';
import type { Connection } from '../../connections/connection.ts';
import { listUsable } from '../../connections/connection-store.ts';
import { findConnector } from '../../connections/connector-of.ts';
import { untouchedSwitches } from '../../connections/tools/tool-switches.ts';
import { isAgentConnector } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isUuid } from '../../lib/ids.ts';
import { toolOf } from '../find-tool.ts';
import { listConnectionTools } from '../list-tools.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import { toolNamed } from '../resolve/tool-named.ts';
import { usableById } from '../resolve/usable-by-id.ts';
import { manifestTools } from '../specs/tools-of.ts';

/** An operation of a connector: at one connection, or as the catalog has it. */
export interface OperationEntry extends Pick<FoundTool, 'connector' | 'spec' | 'switches'> {
  readonly connection: Connection | undefined;
}

/** Whose operations are meant. */
export interface OperationPlace {
  /** `_`: of the connection's connector, whichever that is. */
  readonly connectorId: string;
  /** Id or handle of one of its connections; absent: the operations as the catalog has them. */
  readonly connection?: string | undefined;
}

/** The operations of a connector or of one connection, in the order of their names. NOT_FOUND where there is no such place. */
export async function listOperations(ctx: Context, place: OperationPlace): Promise<readonly OperationEntry[]> {
  const { connectorId, connection } = place;
  const entries =
    connection === undefined
      ? catalogOperations(await catalogConnector(ctx, connectorId))
      : await offeredAt(ctx, { connectorId, connection });
  return entries.toSorted((left, right) => (left.spec.name < right.spec.name ? -1 : 1));
}

/** What is held is nothing a program could call. */
async function offeredAt(
  ctx: Context,
  place: OperationPlace & { readonly connection: string },
): Promise<readonly OperationEntry[]> {
  const tools = await listConnectionTools(ctx, await connectionAt(ctx, place));
  return tools.filter(({ held }) => held === undefined);
}

/** One of them, by its name with or without the connector's before it (RULINGS, Everywhere 16). NOT_FOUND where there is none. */
export async function findOperation(ctx: Context, place: OperationPlace, name: string): Promise<OperationEntry> {
  const { connectorId, connection } = place;
  if (connection !== undefined) return findConnected(ctx, { connectorId, connection }, name);
  const entries = catalogOperations(await catalogConnector(ctx, connectorId));
  const spec = toolNamed(
    entries.map(({ spec }) => spec),
    connectorId,
    name,
  );
  const entry = entries.find((each) => each.spec === spec);
  if (entry) return entry;
  throw new Failure('NOT_FOUND', `${connectorId} has no operation ${name}. List its operations to see what there is.`);
}

/** One of them at a connection the caller may use, ready to be called. NOT_FOUND where there is none. */
export async function findConnected(
  ctx: Context,
  place: OperationPlace & { readonly connection: string },
  name: string,
): Promise<FoundTool> {
  return toolOf(ctx, await connectionAt(ctx, place), name);
}

async function connectionAt(
  ctx: Context,
  { connectorId, connection: named }: OperationPlace & { readonly connection: string },
): Promise<Connection> {
  const connection = isUuid(named)
    ? await usableById(ctx, named)
    : (await listUsable(ctx.db, ctx.caller, { handle: named }))[0];
  if (connection && (connectorId === '_' || connection.connectorId === connectorId)) return connection;
  throw new Failure('NOT_FOUND', 'There is no such connection of this connector.');
}

async function catalogConnector(ctx: Context, id: string): Promise<Connector> {
  if (id === '_')
    throw new Failure('BAD_REQUEST', 'Say which connection is meant in connection_id, or name a connector.');
  const connector = isAgentConnector(id) ? undefined : await findConnector(ctx, id);
  if (connector) return connector;
  throw new Failure('NOT_FOUND', `There is no connector ${id}. GET /api/v1/connectors lists what there is.`);
}

/** What a connector offers before it is connected; the tools of an MCP server are known once it is. */
export function catalogOperations(connector: Connector): readonly OperationEntry[] {
  return manifestTools(connector).map((spec) => ({
    connector,
    spec,
    switches: untouchedSwitches,
    connection: undefined,
  }));
}
