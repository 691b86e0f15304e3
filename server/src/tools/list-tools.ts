import type { Connection } from '../connections/connection.ts';
import { listUsable } from '../connections/connection-store.ts';
import { listSwitches, untouchedSwitches } from '../connections/tool-switches.ts';
import type { Context } from '../context.ts';
import type { FoundTool } from './found-tool.ts';
import { toolAddress } from './tool-address.ts';
import { toolsOf } from './tools-of.ts';

/** A tool the caller can call, under the name MCP and sessions use. */
export interface ListedTool extends FoundTool {
  readonly address: string;
}

/** Every tool of every connection the caller may use, in the order of their addresses; what is switched off is left out. */
export async function listTools(ctx: Context): Promise<ListedTool[]> {
  const usable = await listUsable(ctx.db, ctx.caller);
  const offered = usable.filter(({ isActive, status }) => isActive && status !== 'pending');
  const lists = await Promise.all(offered.map((connection) => listConnectionTools(ctx, connection)));
  return lists
    .flat()
    .filter(({ switches }) => !switches.disabled)
    .sort((left, right) => (left.address < right.address ? -1 : 1));
}

/** Every tool of one connection, those that are switched off included. */
export async function listConnectionTools(ctx: Context, connection: Connection): Promise<ListedTool[]> {
  const connector = ctx.catalog.find(connection.connectorId);
  if (!connector) return [];
  const [specs, switches] = await Promise.all([
    toolsOf(ctx, connection, connector),
    listSwitches(ctx.db, connection.id),
  ]);
  return specs.map((spec) => ({
    connection,
    connector,
    spec,
    switches: switches.get(spec.name) ?? untouchedSwitches,
    address: toolAddress(connection.handle, spec.name),
  }));
}
