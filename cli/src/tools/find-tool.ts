import type { Plugboard, Tool } from '../../../sdk/src/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { nearMiss } from '../near-miss.ts';
import { Failed, UsageError } from '../show-error.ts';

/** What one was asked for: the whole name, or the tool's own where the connection is clear. */
export interface ToolWish {
  readonly name: string;
  /** Handle or id. */
  readonly connection?: string | undefined;
}

/** The tool that is meant, or `undefined` where this caller has none. Throws `UsageError` where several are. */
export async function findTool(plugboard: Plugboard, { name, connection }: ToolWish): Promise<Tool | undefined> {
  const own = name.slice(name.indexOf('__') === -1 ? 0 : name.indexOf('__') + 2);
  const candidates = await plugboard.tools.list({ q: own.slice(0, 100) }).all();
  const here = candidates.filter(
    (tool) => connection === undefined || [tool.connection.id, tool.connection.handle].includes(connection),
  );
  const exact = here.find((tool) => tool.name === name);
  if (exact) return exact;
  const [only, ...others] = here.filter(({ tool }) => tool === name);
  if (others.length === 0) return only;
  const names = [only, ...others].map((tool) => tool?.name).join(', ');
  throw new UsageError(`Several connections have ${name}: ${names}. Say which one by its whole name.`);
}

/** Throws `Failed` where this caller has a tool of nearly that name, at the same connection where the name says which. */
export async function refuseNearMiss(plugboard: Plugboard, name: string): Promise<void> {
  const at = name.indexOf('__');
  const all = await plugboard.tools.list().all();
  const beside = all.filter((tool) => at !== -1 && tool.name.startsWith(name.slice(0, at + 2)));
  const hint = nearMiss(name, at === -1 ? all.map(({ tool }) => tool) : beside.map((tool) => tool.name));
  if (hint !== '') throw new Failed(`There is no tool "${name}".${hint}`, exitCodes.notFound);
}
