import type { Plugboard, Tool } from '../../../sdk/src/index.ts';
import { UsageError } from '../show-error.ts';

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
