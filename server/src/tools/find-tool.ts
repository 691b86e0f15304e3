import type { Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import type { Connection } from '../connections/connection.ts';
import { connectorOf, findConnectorOf } from '../connections/connector-of.ts';
import { findConnection, listUsable } from '../connections/connection-store.ts';
import { mayUse } from '../connections/connection.ts';
import { listSwitches, untouchedSwitches } from '../connections/tools/tool-switches.ts';
import { Failure } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { Rejected } from '../transports/outcome.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { type Candidate, type KnownTools, type Resolution, resolveTool } from './resolve/resolve-tool.ts';
import { toolNamed } from './resolve/tool-named.ts';
import { narrowTool } from './specs/narrow-tool.ts';
import { toolAddress } from './specs/tool-address.ts';
import type { ToolSpec } from './specs/tool-spec.ts';
import { toolsOf } from './specs/tools-of.ts';

/** How a tool is named: by the connection (id, handle or connector id) and the tool, by one name as MCP does, or not any more. */
export type ToolName =
  | { readonly connection: string; readonly tool: string }
  | { readonly name: string }
  | { readonly found: FoundTool };

export type Finding = { readonly found: FoundTool } | { readonly rejected: Rejected };

/** A tool at a connection, before its switches are looked up. */
interface Place {
  readonly connection: Connection;
  readonly connector: Connector;
  readonly spec: ToolSpec;
}

/** The tool that is meant. NOT_FOUND where there is none, CONFLICT with the choices where several fit: it never guesses. */
export async function findTool(ctx: Context, wanted: ToolName): Promise<Finding> {
  if ('found' in wanted) return wanted;
  if ('name' in wanted) return decide(ctx, wanted.name, await candidatesFor(ctx, wanted.name));
  if (isUuid(wanted.connection))
    return { found: await toolOf(ctx, await usableById(ctx, wanted.connection), wanted.tool) };
  const connections = await usableByName(ctx, wanted.connection);
  const [first, second] = connections;
  if (!first) throw new Failure('NOT_FOUND', 'There is no such connection.');
  if (second) throw ambiguous(connections);
  return { found: await toolOf(ctx, first, wanted.tool) };
}

/** A connection the caller may use, by its id. NOT_FOUND for every other. */
export async function usableById(ctx: Context, id: string): Promise<Connection> {
  const connection = await findConnection(ctx.db, id);
  if (connection && connection.deletedAt === null && mayUse(ctx.caller, connection)) return connection;
  throw new Failure('NOT_FOUND', 'There is no such connection.');
}

async function usableByName(ctx: Context, name: string): Promise<Connection[]> {
  const exact = await listUsable(ctx.db, ctx.caller, { handle: name });
  return exact.length > 0 ? exact : listUsable(ctx.db, ctx.caller, { connectorIds: [name] });
}

/** A tool of a connection by its name, its connector's before it or not. NOT_FOUND where there is none. */
export async function toolOf(ctx: Context, connection: Connection, name: string): Promise<FoundTool> {
  const connector = await connectorOf(ctx, connection);
  const tools = await toolsOf(ctx, connection, connector);
  const spec = toolNamed(tools, connector.id, name);
  if (!spec)
    throw new Failure('NOT_FOUND', `"${connection.label}" has no tool ${name}. GET /api/v1/tools lists what there is.`);
  return switched(ctx, { connection, connector, spec });
}

async function switched(ctx: Context, place: Place): Promise<FoundTool> {
  const switches = await listSwitches(ctx.db, place.connection.id);
  const narrowed = narrowTool(place.spec, place.connection.settings);
  return { ...place, ...narrowed, switches: switches.get(place.spec.name) ?? untouchedSwitches };
}

async function candidatesFor(ctx: Context, name: string): Promise<Candidate<Place>[]> {
  const [handle = ''] = name.split('__', 1);
  const addressed = await listUsable(ctx.db, ctx.caller, { handle });
  const near = addressed.length > 0 ? addressed : await usableOfConnectors(ctx, name);
  const lists = await Promise.all(near.map((connection) => candidatesOf(ctx, connection)));
  return lists.flat();
}

async function usableOfConnectors(ctx: Context, name: string): Promise<Connection[]> {
  const connectors = ctx.catalog.list().filter(({ id }) => startsWithConnector(name, id));
  if (connectors.length === 0) return [];
  return listUsable(ctx.db, ctx.caller, { connectorIds: connectors.map(({ id }) => id) });
}

function startsWithConnector(name: string, connectorId: string): boolean {
  return name.startsWith(`${connectorId}_`) || name.startsWith(`${connectorId.replaceAll('-', '_')}_`);
}

async function candidatesOf(ctx: Context, connection: Connection): Promise<Candidate<Place>[]> {
  const connector = await findConnectorOf(ctx, connection);
  if (!connector) return [];
  const tools = await toolsOf(ctx, connection, connector);
  return tools.map((spec) => ({
    connectionId: connection.id,
    connectorId: connection.connectorId,
    address: toolAddress(connection.handle, spec.name),
    tool: spec.name,
    found: { connection, connector, spec },
  }));
}

async function decide(ctx: Context, name: string, candidates: readonly Candidate<Place>[]): Promise<Finding> {
  const resolution: Resolution<Place> = resolveTool(name, candidates, () => knownTools(ctx));
  if (resolution.kind === 'none')
    throw new Failure('NOT_FOUND', `There is no tool ${name}. List the tools to see what there is.`);
  if (resolution.kind === 'ambiguous') throw ambiguous(resolution.choices.map(({ connection }) => connection));
  if (resolution.kind === 'connect_first') return { rejected: connectFirst(ctx, resolution.connectorId) };
  return { found: await switched(ctx, resolution.found) };
}

/** Every tool of the catalog, by connector: for names that fit no connection. */
function knownTools({ catalog }: Context): readonly KnownTools[] {
  return catalog.list().map(({ id, tools }) => ({ connectorId: id, tools: tools.map((tool) => tool.name) }));
}

/** Several connections fit: which one is for the caller to say. */
function ambiguous(connections: readonly Connection[]): Failure {
  const choices = connections.map(({ id, handle, label, identity }) => ({
    connection_id: id,
    handle,
    label,
    account: identity,
  }));
  return new Failure(
    'CONFLICT',
    `Several connections fit: ${choices.map(({ handle }) => handle).join(', ')}. Call again with the one you mean.`,
    {
      details: { choices },
    },
  );
}

function connectFirst(ctx: Context, connectorId: string): Rejected {
  const name = ctx.catalog.find(connectorId)?.name ?? connectorId;
  return {
    status: 'rejected',
    reason: 'connect_first',
    message: `${name} is not connected yet. A person can connect it.`,
    connect_url: `${ctx.config.publicUrl}/connect/${connectorId}`,
  };
}
