import { ownConnector } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import type { Connection } from '../connection.ts';
import { findConnectorOf } from '../connector-of.ts';
import { freshCredentials } from '../renewing/fresh-credentials.ts';
import { digestOfTool } from './tool-definition.ts';
import { discoveredOf } from './discovered-tools.ts';
import { mcpServerOf } from './mcp-server-of.ts';
import { storable, storeTools } from './store-tools.ts';

/** How long a list waits for servers that are asked again; whoever is slower keeps the tools it had. */
const waitMs = 2_000;

/**
 * Asks MCP servers again for their tools, those that were not asked lately, all at once. A server that is away keeps the
 * tools it had: they do not vanish because a network blinked. A program whose tools are known is not started for that: its
 * version is pinned, and so are they.
 */
export async function refreshTools(ctx: Context, connections: readonly Connection[]): Promise<void> {
  const due = connections.filter((connection) => isServer(ctx, connection) && ctx.looks.isDue(lookOf(connection)));
  await Promise.all(due.map((connection) => refreshOne(ctx, connection)));
}

function isServer({ catalog }: Context, { connectorId, status }: Connection): boolean {
  return status === 'connected' && (catalog.find(connectorId) ?? ownConnector(connectorId))?.mcp !== undefined;
}

function lookOf({ id, generation }: Connection): string {
  return `${id}:${generation}`;
}

async function refreshOne(ctx: Context, connection: Connection): Promise<void> {
  try {
    await ask(ctx, connection);
    ctx.looks.looked(lookOf(connection), 'well');
  } catch (error) {
    ctx.looks.looked(lookOf(connection), 'badly');
    ctx.log.debug(
      { connection: connection.id, err: error },
      'An MCP server did not list its tools; those it had stay.',
    );
  }
}

async function ask(ctx: Context, connection: Connection): Promise<void> {
  const connector = await findConnectorOf(ctx, connection);
  if (!connector) return;
  const credentials = await freshCredentials(ctx, connection);
  if ('refused' in credentials) throw new Error(credentials.refused.message);
  const server = mcpServerOf(connection, connector, {
    credentials,
    publicUrl: ctx.config.publicUrl,
    userId: ctx.caller.userId,
  });
  if ('problem' in server) return;
  const known = (await discoveredOf(ctx.db, [connection.id])).get(connection.id) ?? [];
  if (server.target.transport === 'stdio' && known.length > 0 && !ctx.mcp.has(server.key)) return;
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(waitMs)]);
  const tools = storable(await ctx.mcp.use({ ...server, signal, egress: ctx.egress }, (session) => session.tools()));
  const before = new Set(known.map(({ seen }) => seen.digest));
  const isSame = tools.length === known.length && tools.every((tool) => before.has(digestOfTool(tool)));
  if (!isSame) await storeTools(ctx, connection, tools);
}
