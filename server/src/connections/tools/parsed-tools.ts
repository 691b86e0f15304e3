import type { WorkspaceRows } from '../../storage/storage.ts';
import { readDefinition, type SeenTool } from './tool-definition.ts';

/** A tool of a connection, and which definition of it is meant. */
interface ToolHead {
  readonly connection_id: string;
  readonly name: string;
  readonly digest: string;
}

/** The tools of these rows by connection and name: from memory, or read in one query where one of them is not there. */
export async function parsedTools(
  db: WorkspaceRows,
  table: 'discovered_tools' | 'accepted_tools',
  rows: readonly ToolHead[],
): Promise<ReadonlyMap<string, SeenTool>> {
  const known = rows.flatMap((row) => {
    const tool = parsed.get(row.digest)?.tool;
    return tool ? [[keyOf(row), tool] as const] : [];
  });
  if (known.length === rows.length) return new Map(known);
  const unknown = rows.filter(({ digest }) => !parsed.has(digest));
  const read = await readRows(db, table, unknown);
  return new Map([...known, ...read.map((row) => [keyOf(row), readTool(row)] as const)]);
}

/** What one server says of one tool; two servers may call theirs the same. */
export function keyOf(row: { readonly connection_id: string; readonly name: string }): string {
  return `${row.connection_id}\n${row.name}`;
}

/** So many names are asked for one by one; of more, everything their connections have is read. */
const mostNamed = 500;

function readRows(db: WorkspaceRows, table: 'discovered_tools' | 'accepted_tools', rows: readonly ToolHead[]) {
  const connections = [...new Set(rows.map((row) => row.connection_id))];
  const names = [...new Set(rows.map(({ name }) => name))];
  return db.rows
    .selectFrom(table)
    .select(['connection_id', 'name', 'digest', 'definition'])
    .where('connection_id', 'in', connections)
    .$if(names.length <= mostNamed, (query) => query.where('name', 'in', names))
    .execute();
}

interface ParsedTool {
  readonly tool: SeenTool;
  readonly size: number;
}

/** Definitions already parsed, by their digest: the same tool is the same object, whoever calls it. The first read make room. */
const parsed = new Map<string, ParsedTool>();
const mostParsed = 32 * 1024 * 1024;
let parsedSize = 0;

function readTool({ definition, digest }: { readonly definition: string; readonly digest: string }): SeenTool {
  const known = parsed.get(digest)?.tool;
  if (known) return known;
  const tool = { ...readDefinition(definition), digest };
  parsed.set(digest, { tool, size: definition.length });
  parsedSize += definition.length;
  for (const [oldest, { size }] of parsed) {
    if (parsedSize <= mostParsed) break;
    parsed.delete(oldest);
    parsedSize -= size;
  }
  return tool;
}
