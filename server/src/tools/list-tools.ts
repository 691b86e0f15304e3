import type { Connection } from '../connections/connection.ts';
import { findConnectorOf } from '../connections/connector-of.ts';
import { listUsable } from '../connections/connection-store.ts';
import { discoveredOf } from '../connections/tools/discovered-tools.ts';
import type { ToolFlag } from '../connections/tools/flags/tool-flag.ts';
import { refreshTools } from '../connections/tools/refresh-tools.ts';
import { readsForPeople } from '../connections/tools/see-change.ts';
import { switchesOf, untouchedSwitches } from '../connections/tools/tool-switches.ts';
import type { Context } from '../context.ts';
import { steadyNames } from './resolve/steady-names.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { narrowTool } from './specs/narrow-tool.ts';
import { toolAddress } from './specs/tool-address.ts';
import { specsOf } from './specs/tools-of.ts';

/** A tool of a connection, under the name MCP and sessions use. */
export interface ListedTool extends FoundTool {
  readonly address: string;
  /** What a person should know of it. */
  readonly flags: readonly ToolFlag[];
}

/** Every tool the caller can call, in the order of their addresses; what is switched off or held is left out. */
export async function listTools(ctx: Context): Promise<ListedTool[]> {
  const tools = await everyTool(ctx);
  return tools.filter(({ switches, held }) => !switches.disabled && held === undefined);
}

/** The tools of the caller's connections that wait for a person to look at them; none for an agent's credential. */
export async function listHeldTools(ctx: Context): Promise<ListedTool[]> {
  if (!readsForPeople(ctx.caller)) return [];
  const tools = await everyTool(ctx);
  return tools.filter(({ held }) => held !== undefined);
}

async function everyTool(ctx: Context): Promise<ListedTool[]> {
  const usable = await listUsable(ctx.db, ctx.caller);
  const offered = usable.filter(({ isActive, status }) => isActive && status !== 'pending');
  await refreshTools(ctx, offered);
  const tools = named(ctx, usable, await toolsAt(ctx, offered));
  return tools.sort((left, right) => (left.address < right.address ? -1 : 1));
}

function named({ caller }: Context, usable: readonly Connection[], tools: readonly ListedTool[]): ListedTool[] {
  if (caller.endUser === undefined) return [...tools];
  const nameOf = steadyNames(usable);
  return tools.map((tool) => ({ ...tool, address: nameOf(tool.connection, tool.spec.name) }));
}

/** Every tool of one connection, those that are switched off included; those that are held are shown to people alone. */
export async function listConnectionTools(ctx: Context, connection: Connection): Promise<ListedTool[]> {
  const tools = await toolsAt(ctx, [connection]);
  return readsForPeople(ctx.caller) ? tools : tools.filter(({ held }) => held === undefined);
}

/** Two queries for what servers list and one for switches, however many the connections and their tools. */
async function toolsAt(
  ctx: Pick<Context, 'catalog' | 'db'>,
  connections: readonly Connection[],
): Promise<ListedTool[]> {
  const ids = connections.map(({ id }) => id);
  const [switches, discovered] = await Promise.all([switchesOf(ctx.db, ids), discoveredOf(ctx.db, ids)]);
  const lists = await Promise.all(connections.map((connection) => listed(ctx, connection, { switches, discovered })));
  return lists.flat();
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
  return specsOf({ connection, connector }, known.discovered.get(connection.id) ?? []).map(
    ({ spec: whole, held, flags }) => {
      const { spec, fixed } = narrowTool(whole, connection.settings);
      return {
        connection,
        connector,
        spec,
        fixed,
        held,
        flags,
        switches: switches?.get(spec.name) ?? untouchedSwitches,
        address: toolAddress(connection.handle, spec.name),
      };
    },
  );
}
