import type { Connection } from '../connections/connection.ts';
import { findConnectorOf } from '../connections/connector-of.ts';
import { listUsable } from '../connections/connection-store.ts';
import { discoveredOf } from '../connections/tools/discovered-tools.ts';
import { refreshTools } from '../connections/tools/refresh-tools.ts';
import { switchesOf, untouchedSwitches } from '../connections/tools/tool-switches.ts';
import type { Context } from '../context.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { narrowTool } from './specs/narrow-tool.ts';
import { toolAddress } from './specs/tool-address.ts';
import { specsOf } from './specs/tools-of.ts';

/** A tool the caller can call, under the name MCP and sessions use. */
export interface ListedTool extends FoundTool {
  readonly address: string;
}

/** Every tool of every connection the caller may use, in the order of their addresses; what is switched off is left out. */
export async function listTools(ctx: Context): Promise<ListedTool[]> {
  const usable = await listUsable(ctx.db, ctx.caller);
  const offered = usable.filter(({ isActive, status }) => isActive && status !== 'pending');
  await refreshTools(ctx, offered);
  const ids = offered.map(({ id }) => id);
  const [switches, discovered] = await Promise.all([switchesOf(ctx.db, ids), discoveredOf(ctx.db, ids)]);
  const lists = await Promise.all(offered.map((connection) => listed(ctx, connection, { switches, discovered })));
  return lists
    .flat()
    .filter(({ switches }) => !switches.disabled)
    .sort((left, right) => (left.address < right.address ? -1 : 1));
}

/** Every tool of one connection, those that are switched off included. */
export async function listConnectionTools(ctx: Context, connection: Connection): Promise<ListedTool[]> {
  const [switches, discovered] = await Promise.all([
    switchesOf(ctx.db, [connection.id]),
    discoveredOf(ctx.db, [connection.id]),
  ]);
  return listed(ctx, connection, { switches, discovered });
}

interface Known {
  readonly switches: Awaited<ReturnType<typeof switchesOf>>;
  readonly discovered: Awaited<ReturnType<typeof discoveredOf>>;
}

async function listed(
  ctx: Pick<Context, 'catalog' | 'db'>,
  connection: Connection,
  known: Known,
): Promise<ListedTool[]> {
  const connector = await findConnectorOf(ctx, connection);
  if (!connector) return [];
  const switches = known.switches.get(connection.id);
  return specsOf({ connection, connector }, known.discovered.get(connection.id) ?? []).map((whole) => {
    const { spec, fixed } = narrowTool(whole, connection.settings);
    return {
      connection,
      connector,
      spec,
      fixed,
      switches: switches?.get(spec.name) ?? untouchedSwitches,
      address: toolAddress(connection.handle, spec.name),
    };
  });
}
