import type { ColumnType } from 'kysely';
import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { flagKinds, type ToolFlag } from './flags/tool-flag.ts';
import { keyOf, parsedTools } from './parsed-tools.ts';
import type { SeenTool } from './tool-definition.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    /** What a server says of its tools now. */
    discovered_tools: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      name: Fixed<string>;
      definition: string;
      digest: string;
      flags: ColumnType<string, string | undefined, string>;
      seen_at: string;
    };
    /** What counts of them: it stays when the server says something else, and when the tool is gone for a while. */
    accepted_tools: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      name: Fixed<string>;
      definition: string;
      digest: string;
      /** The principal that accepted it; `null` where it was taken as it came. */
      accepted_by: string | null;
      accepted_at: string;
    };
  }
}

/** A tool that a server lists: what it says of it, and what of that counts. */
export interface StoredTool {
  readonly seen: SeenTool;
  /** The definition that counts; absent where nothing was accepted yet. The tool is held where it is not what the server says. */
  readonly accepted: SeenTool | undefined;
  readonly flags: readonly ToolFlag[];
}

/** Whether a tool waits for a person to look at it: what its server says is not what was accepted (S13). */
export function isHeld({ seen, accepted }: StoredTool): boolean {
  return accepted?.digest !== seen.digest;
}

/** The tools last seen at connections, in the order of their names; only those of these names where some are given. */
export async function discoveredOf(
  db: WorkspaceRows,
  connectionIds: readonly string[],
  names?: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredTool[]>> {
  if (connectionIds.length === 0 || names?.length === 0) return new Map();
  // In this order: a tool that is accepted in between is held for this once, and never the other way round.
  const accepted = await acceptedRows(db, connectionIds, names);
  const rows = await seenRows(db, connectionIds, names);
  const seen = await parsedTools(db, 'discovered_tools', rows);
  const changed = accepted.filter((row) => seen.has(keyOf(row)) && seen.get(keyOf(row))?.digest !== row.digest);
  const counting = await parsedTools(db, 'accepted_tools', changed);
  const digests = new Map(accepted.map((row) => [keyOf(row), row.digest]));
  const tools = rows.flatMap((row) => {
    const [key, tool] = [keyOf(row), seen.get(keyOf(row))];
    if (!tool) return [];
    const counts = digests.get(key) === tool.digest ? tool : counting.get(key);
    return [{ id: row.connection_id, stored: { seen: tool, accepted: counts, flags: readFlags(row.flags) } }];
  });
  const byConnection = Map.groupBy(tools, ({ id }) => id);
  return new Map([...byConnection].map(([id, own]) => [id, own.map(({ stored }) => stored)]));
}

/** The names a server lists. */
export async function namesSeen(db: WorkspaceRows, connectionId: string): Promise<readonly string[]> {
  return (await seenRows(db, [connectionId])).map(({ name }) => name);
}

/** Two plain queries, not a join: PostgreSQL knows nothing yet of rows that were written a moment ago, and compares all with all. */
function seenRows(db: WorkspaceRows, connectionIds: readonly string[], names?: readonly string[]) {
  return db.rows
    .selectFrom('discovered_tools')
    .select(['connection_id', 'name', 'digest', 'flags'])
    .where('connection_id', 'in', [...connectionIds])
    .$if(names !== undefined, (query) => query.where('name', 'in', [...(names ?? [])]))
    .orderBy('name')
    .execute();
}

function acceptedRows(db: WorkspaceRows, connectionIds: readonly string[], names?: readonly string[]) {
  return db.rows
    .selectFrom('accepted_tools')
    .select(['connection_id', 'name', 'digest'])
    .where('connection_id', 'in', [...connectionIds])
    .$if(names !== undefined, (query) => query.where('name', 'in', [...(names ?? [])]))
    .execute();
}

const storedFlags = z.array(z.object({ kind: z.enum(flagKinds), path: z.string(), message: z.string() }));

function readFlags(text: string): readonly ToolFlag[] {
  if (text === '[]') return [];
  return storedFlags.catch([]).parse(parseJson(text));
}
