import { z } from 'zod';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { digestOf } from '../../lib/digest.ts';
import { parseJson } from '../../lib/json.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { findConnection } from '../connection-store.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    discovered_tools: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      name: Fixed<string>;
      definition: string;
      digest: string;
      seen_at: string;
    };
  }
}

const discoveredTool = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  effect: z.enum(['read', 'write']),
  destructive: z.boolean(),
  input: z.record(z.string(), z.unknown()),
});

/** A tool that an MCP server told us of; its effect is ours to decide from the server's hints, absent means write. */
export type DiscoveredTool = z.output<typeof discoveredTool>;

/** A tool as it was seen, with the digest of its definition. */
export interface SeenTool extends DiscoveredTool {
  readonly digest: string;
}

/** The tools last seen at connections, in the order of their names. */
export async function discoveredOf(
  db: WorkspaceRows,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, SeenTool[]>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db.rows
    .selectFrom('discovered_tools')
    .select(['connection_id', 'definition', 'digest'])
    .where('connection_id', 'in', [...connectionIds])
    .orderBy('name')
    .execute();
  const tools = rows.map((row) => ({ id: row.connection_id, tool: readTool(row) }));
  const byConnection = Map.groupBy(tools, ({ id }) => id);
  return new Map([...byConnection].map(([id, found]) => [id, found.map(({ tool }) => tool)]));
}

/** Definitions already parsed, by their digest: the same tool is the same object, whoever calls it. */
const parsed = new Map<string, SeenTool>();
const mostParsed = 10_000;

function readTool({ definition, digest }: { readonly definition: string; readonly digest: string }): SeenTool {
  const known = parsed.get(digest);
  if (known) return known;
  const tool = { ...discoveredTool.parse(parseJson(definition)), digest };
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(digest, tool);
  return tool;
}

/** Forgets what was seen: it was another server's. */
export async function forgetTools(trx: WorkspaceTrx, connectionId: string): Promise<void> {
  await trx.rows.deleteFrom('discovered_tools').where('connection_id', '=', connectionId).execute();
}

/** Puts what a server lists now in the place of what was seen before; nothing where the connection has moved on since it was asked. */
export async function storeTools(
  ctx: Pick<Context, 'db' | 'clock'>,
  { id, generation }: Pick<Connection, 'id' | 'generation'>,
  tools: readonly DiscoveredTool[],
): Promise<void> {
  const store = prepareTools(ctx.clock, { id, generation }, tools);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await store(trx);
  });
}

/** Works out before the transaction what to put, and hands back the putting, to run after the workspace's generation was bumped. */
export function prepareTools(
  clock: Clock,
  { id, generation }: Pick<Connection, 'id' | 'generation'>,
  tools: readonly DiscoveredTool[],
): (trx: WorkspaceTrx) => Promise<void> {
  const seenAt = isoTime(clock);
  const rows = tools.map((tool) => ({
    connection_id: id,
    name: tool.name,
    definition: JSON.stringify(tool),
    digest: digestOf(tool),
    seen_at: seenAt,
  }));
  return async (trx) => {
    const connection = await findConnection(trx, id);
    if (connection?.generation !== generation || connection.deletedAt !== null) return;
    await forgetTools(trx, id);
    for (let start = 0; start < rows.length; start += 100) {
      await trx.rows
        .insertInto('discovered_tools')
        .values(rows.slice(start, start + 100))
        .execute();
    }
  };
}
