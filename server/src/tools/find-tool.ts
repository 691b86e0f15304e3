import type { Connector } from '../catalog/connector.ts';
import type { Connection } from '../connections/connection.ts';
import { connectorOf } from '../connections/connector-of.ts';
import { newSignInPage } from '../connections/sign-in/starting/new-sign-in-page.ts';
import { switchesOfTool } from '../connections/tools/tool-switches.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { offerToConnect } from '../links/connect-links/making/offer-link.ts';
import type { Rejected } from '../transports/outcome.ts';
import { proxyName } from './proxy/proxy-tool.ts';
import { explainAmbiguity } from './resolve/explain-ambiguity.ts';
import { gather, type Gathered } from './resolve/gather.ts';
import { type KnownTools, resolveTool, type WantedTool } from './resolve/resolve-tool.ts';
import { type Place, specsNamed } from './resolve/specs-named.ts';
import { bareNames, toolNamed } from './resolve/tool-named.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { narrowTool } from './specs/narrow-tool.ts';

/** How a tool is named: by a connection and a tool, by one name as MCP does, or not any more. */
export type ToolName = WantedTool | { readonly found: FoundTool };

export type Finding = { readonly found: FoundTool } | { readonly rejected: Rejected };

/**
 * The tool that is meant; one that is held says so. NOT_FOUND where there is none, CONFLICT with the choices where it is not
 * clear: it never guesses. It depends on the caller's standing (person, crews, key, on whose behalf), on the name, and on what
 * the workspace's generation covers: connections, what counts of their servers' tools, switches and defaults.
 */
export async function findTool(ctx: Context, wanted: ToolName): Promise<Finding> {
  if ('found' in wanted) return wanted;
  const gathered = await gather(ctx, wanted);
  const known = () => (gathered.connections.length > 0 ? [] : knownTools(ctx));
  const resolution = resolveTool({ wanted, ...gathered, known });
  switch (resolution.kind) {
    case 'found':
    case 'held':
      return { found: await switched(ctx, resolution.found) };
    case 'ambiguous':
      throw explainAmbiguity(
        resolution.choices.map(({ connection }) => connection),
        resolution.because,
      );
    case 'connect_first':
      return { rejected: await connectFirst(ctx, resolution.connectorId) };
    case 'none':
      throw await explainNone(ctx, wanted, gathered);
  }
}

/** A tool of a connection by its name, its connector's before it or not. NOT_FOUND where there is none. */
export async function toolOf(ctx: Context, connection: Connection, name: string): Promise<FoundTool> {
  const connector = await connectorOf(ctx, connection);
  const places = await specsNamed(ctx, [connection], bareNames(name, connector.id));
  const named = places.map((place) => ({ name: place.spec.name, place }));
  const found = toolNamed(named, connector.id, name);
  if (found) return switched(ctx, found.place);
  throw noSuchTool(connection, name);
}

async function switched(ctx: Context, place: Place): Promise<FoundTool> {
  const { connection, connector, spec, held } = place;
  const switches = await switchesOfTool(ctx.db, connection.id, spec.name);
  return { connection, connector, held, switches, ...narrowTool(spec, connection.settings) };
}

/** Every tool of the catalog, by connector: for names that fit no connection. */
function knownTools({ catalog }: Context): readonly KnownTools[] {
  return catalog.list().map(({ id, tools }) => ({ connectorId: id, tools: tools.map((tool) => tool.name) }));
}

async function explainNone(ctx: Context, wanted: WantedTool, { connections }: Gathered): Promise<Failure> {
  if ('name' in wanted)
    return new Failure('NOT_FOUND', `There is no tool ${wanted.name}. List the tools to see what there is.`);
  const [connection] = connections;
  if (!connection) return new Failure('NOT_FOUND', 'There is no such connection.');
  await connectorOf(ctx, connection);
  return noSuchTool(connection, wanted.tool);
}

function noSuchTool(connection: Connection, name: string): Failure {
  if (name === proxyName) return new Failure('NOT_FOUND', noProxy(connection));
  return new Failure('NOT_FOUND', `"${connection.label}" has no tool ${name}. GET /api/v1/tools lists what there is.`);
}

function noProxy({ label }: Connection): string {
  return `"${label}" is not reached by an HTTP API, so no raw request can be sent over it. Call one of its tools: GET /api/v1/tools lists them.`;
}

async function connectFirst(ctx: Context, connectorId: string): Promise<Rejected> {
  const connector = ctx.catalog.find(connectorId);
  const page = connector && (await pageToConnect(ctx, connector));
  return {
    status: 'rejected',
    reason: 'connect_first',
    message: `${connector?.name ?? connectorId} is not connected yet. A person can connect it.`,
    ...(page === undefined ? {} : { connect_url: page }),
  };
}

/** An end user gets a link of their own; everybody else the page for people who sign in here. */
async function pageToConnect(ctx: Context, connector: Connector): Promise<string | undefined> {
  const { endUser, workspaceId } = ctx.caller;
  return endUser === undefined ? newSignInPage(ctx.config, connector, workspaceId) : offerToConnect(ctx, connector);
}
