import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { LogName } from './chained-log.ts';
import { type Head, noHead, type Segment } from './segment.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    audit_segments: {
      workspace_id: WorkspaceColumn;
      number: Fixed<number>;
      log: Fixed<LogName>;
      rows: Fixed<number>;
      oldest_at: Fixed<string>;
      newest_at: Fixed<string>;
      sealed_at: Fixed<string>;
      digest: Fixed<string>;
      previous: Fixed<string>;
      mac: Fixed<string>;
      leaves: string | null;
    };
  }
}

const columns = [
  'number',
  'log',
  'rows',
  'oldest_at as oldestAt',
  'newest_at as newestAt',
  'sealed_at as sealedAt',
  'digest',
  'previous',
  'mac',
] as const;

/** Where the chain of the workspace ends. */
export async function headOf({ rows }: Pick<WorkspaceRows, 'rows'>): Promise<Head> {
  const newest = rows.selectFrom('audit_segments').select(['number', 'mac']).orderBy('number', 'desc').limit(1);
  return (await newest.executeTakeFirst()) ?? noHead;
}

/** When the chain was last sealed, or null where it never was. */
export async function lastSealed({ rows }: WorkspaceRows): Promise<string | null> {
  const newest = rows.selectFrom('audit_segments').select('sealed_at').orderBy('number', 'desc').limit(1);
  return (await newest.executeTakeFirst())?.sealed_at ?? null;
}

/** Fails as a unique violation where another process sealed a segment of this number meanwhile. */
export async function insertSegment(trx: WorkspaceTrx, segment: Segment): Promise<void> {
  await trx.rows
    .insertInto('audit_segments')
    .values({
      number: segment.number,
      log: segment.log,
      rows: segment.rows,
      oldest_at: segment.oldestAt,
      newest_at: segment.newestAt,
      sealed_at: segment.sealedAt,
      digest: segment.digest,
      previous: segment.previous,
      mac: segment.mac,
      leaves: segment.leaves,
    })
    .execute();
}

const pageRows = 20;

/** Every segment of the workspace after a number, in order, a few held at a time. */
export async function* eachSegment(db: WorkspaceRows, after = 0): AsyncGenerator<Segment> {
  let last = after;
  for (;;) {
    const page = await db.rows
      .selectFrom('audit_segments')
      .select([...columns, 'leaves'])
      .where('number', '>', last)
      .orderBy('number')
      .limit(pageRows)
      .execute();
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < pageRows) return;
    last = end.number;
  }
}

/** How many rows of each log are sealed. */
export async function sealedRows({ rows }: WorkspaceRows): Promise<Record<LogName, number>> {
  const sums = await rows
    .selectFrom('audit_segments')
    .select(({ fn }) => ['log', fn.sum<number>('rows').as('rows')])
    .groupBy('log')
    .execute();
  const of = (name: LogName) => Number(sums.find(({ log }) => log === name)?.rows ?? 0);
  return { events: of('events'), calls: of('calls') };
}

/** Lets go of the leaves of segments whose calls are all older than this: retention has taken the rows. */
export async function dropLeaves(trx: WorkspaceTrx, before: string): Promise<void> {
  await trx.rows
    .updateTable('audit_segments')
    .set({ leaves: null })
    .where('log', '=', 'calls')
    .where('newest_at', '<', before)
    .where('leaves', 'is not', null)
    .execute();
}
