import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WorkspaceRows } from '../../storage/storage.ts';
import type { LogName } from './chained-log.ts';
import { readLeaves, type Segment } from './segment.ts';
import { eachSegment } from './segment-store.ts';

interface Recorded {
  readonly id: string;
  readonly at: string;
}

/** Where the rows of a log are read from, and which of them are wanted. */
export interface ExportParts<Row extends Recorded> {
  readonly db: WorkspaceRows;
  readonly log: LogName;
  /** From this time on: ISO 8601 with milliseconds in UTC. */
  readonly from: string;
  /** Before this time. */
  readonly to: string;
  ofSegment(db: WorkspaceRows, segment: number): Promise<readonly Row[]>;
  /** Rows in no segment yet, by id, after this one. */
  unsealedAfter(db: WorkspaceRows, id: string, limit: number): Promise<readonly Row[]>;
}

/** A row and its place in the chain: null while it is not sealed. */
export interface Exported<Row> {
  readonly row: Row;
  readonly place: { readonly segment: number; readonly position: number } | null;
}

const atOnce = 256;

/** Every wanted row of a log once, in the order of the chain and the unsealed ones behind, a few hundred at a time. */
export async function* exportLog<Row extends Recorded>(
  parts: ExportParts<Row>,
): AsyncGenerator<readonly Exported<Row>[]> {
  const seen = { segment: 0, unsealed: new Set<string>() };
  yield* sealedRows(parts, seen);
  yield* unsealedRows(parts, seen);
  // What was sealed while the unsealed rows were read.
  yield* sealedRows(parts, seen);
}

interface Seen {
  segment: number;
  readonly unsealed: Set<string>;
}

async function* sealedRows<Row extends Recorded>(
  parts: ExportParts<Row>,
  seen: Seen,
): AsyncGenerator<readonly Exported<Row>[]> {
  for await (const segment of eachSegment(parts.db, seen.segment)) {
    seen.segment = segment.number;
    if (!mayHold(parts, segment)) continue;
    const rows = await parts.ofSegment(parts.db, segment.number);
    const wanted = rows.filter((row) => isWanted(parts, row) && !seen.unsealed.has(row.id));
    yield inOrder(wanted, segment);
    await nextTurn();
  }
}

async function* unsealedRows<Row extends Recorded>(
  parts: ExportParts<Row>,
  seen: Seen,
): AsyncGenerator<readonly Exported<Row>[]> {
  let after = '';
  for (;;) {
    const rows = await parts.unsealedAfter(parts.db, after, atOnce);
    for (const { id } of rows) seen.unsealed.add(id);
    yield rows.filter((row) => isWanted(parts, row)).map((row) => ({ row, place: null }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return;
    after = last.id;
    await nextTurn();
  }
}

function mayHold({ log, from, to }: Pick<ExportParts<Recorded>, 'log' | 'from' | 'to'>, segment: Segment): boolean {
  return segment.log === log && segment.newestAt >= from && segment.oldestAt < to;
}

function isWanted({ from, to }: Pick<ExportParts<Recorded>, 'from' | 'to'>, { at }: Recorded): boolean {
  return at >= from && at < to;
}

function inOrder<Row extends Recorded>(rows: readonly Row[], { number, leaves }: Segment): readonly Exported<Row>[] {
  const positions = new Map([...readLeaves(leaves ?? '').keys()].map((id, position) => [id, position]));
  const positionOf = ({ id }: Row) => positions.get(id) ?? positions.size;
  return rows
    .map((row) => ({ row, place: { segment: number, position: positionOf(row) } }))
    .sort((one, other) => one.place.position - other.place.position);
}
