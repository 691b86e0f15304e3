import { sha256 } from '../../../lib/digest.ts';
import type { WorkspaceRows } from '../../../storage/storage.ts';
import type { Chain } from '../chain.ts';
import { type ChainedLog, type ChainedRow, type LogName, logNames, rowDigest } from '../chained-log.ts';
import type { Fault } from './fault.ts';
import { readMark } from '../mark.ts';
import { type Leaf, readLeaves, type Segment } from '../segment.ts';
import { headOf } from '../segment-store.ts';

export type Logs = Readonly<Record<LogName, ChainedLog>>;

export interface ComparedRows {
  /** Rows that are there. */
  readonly rows: number;
  /** Rows that retention has taken. */
  readonly expired: number;
  readonly faults: readonly Fault[];
}

interface Parts {
  readonly db: WorkspaceRows;
  readonly chain: Chain;
  readonly logs: Logs;
}

/** A row may come in a little behind others: a long call, a long transaction, clocks that differ. */
const latenessMs = 600_000;

/**
 * Compares a segment with the rows it sealed, and names every one that is not as it was. `newestBefore` is the time of the
 * newest row of the same log that was sealed earlier. What retention may have taken is read after the rows: it goes on meanwhile.
 */
export async function compareRows(parts: Parts, segment: Segment, newestBefore: string): Promise<ComparedRows> {
  const { number, log: name, leaves } = segment;
  const place = { segment: number, log: name };
  if (leaves === null) return compareExpired(parts, segment);
  if (sha256(leaves) !== segment.digest) return nothing([{ kind: 'altered_segment', ...place }]);
  const sealed = readLeaves(leaves);
  const rows = await parts.logs[name].ofSegment(parts.db, number);
  const there = new Set(rows.map(({ id }) => id));
  const absent = [...sealed.values()].filter(({ id }) => !there.has(id));
  const before = absent.length === 0 ? 0 : await expiredBefore(parts, name);
  const gone = absent.filter(({ at }) => at >= before);
  return {
    rows: rows.length,
    expired: absent.length - gone.length,
    faults: [
      ...rows.flatMap((row) => judge(parts, { row, leaf: sealed.get(row.id), newestBefore }, place)),
      ...(await explainGone(parts, gone, place)),
    ],
  };
}

/** Rows that say they are sealed behind the end of the chain. */
export async function beyondTheHead({ db, logs }: Parts): Promise<readonly Fault[]> {
  for (;;) {
    const { number } = await headOf(db);
    const faults: Fault[] = [];
    for (const log of logNames) {
      const ids = await logs[log].beyond(db, number, 1_000);
      faults.push(...ids.map((row): Fault => ({ kind: 'inserted_row', segment: null, log, row })));
    }
    const isStill = faults.length === 0 || (await headOf(db)).number === number;
    if (isStill) return faults;
  }
}

/** The leaves of a segment go when retention has taken all of its calls, and not before. */
async function compareExpired(parts: Parts, { number, log, rows, newestAt }: Segment): Promise<ComparedRows> {
  const isExpired = Date.parse(newestAt) < (await expiredBefore(parts, log));
  if (isExpired) return { rows: 0, expired: rows, faults: [] };
  return nothing([{ kind: 'altered_segment', segment: number, log }]);
}

/** Milliseconds since the epoch; 0 where retention takes nothing. */
async function expiredBefore({ db, chain }: Parts, log: LogName): Promise<number> {
  if (log !== 'calls') return 0;
  const mark = await readMark(db, chain, 'calls_before');
  return mark === undefined || mark === 'forged' ? 0 : Date.parse(mark);
}

function nothing(faults: readonly Fault[]): ComparedRows {
  return { rows: 0, expired: 0, faults };
}

type Place = { readonly segment: number; readonly log: LogName };

interface Judged {
  readonly row: ChainedRow;
  readonly leaf: Leaf | undefined;
  readonly newestBefore: string;
}

function judge({ chain, logs }: Parts, { row, leaf, newestBefore }: Judged, place: Place): readonly Fault[] {
  if (leaf === undefined) return [{ kind: 'inserted_row', ...place, row: row.id }];
  if (leaf.digest !== rowDigest(chain, logs[place.log], row)) return [{ kind: 'altered_row', ...place, row: row.id }];
  return isLate(row, newestBefore) ? [{ kind: 'late_row', ...place, row: row.id }] : [];
}

/** A call that was cut off waits before it is sealed, and is not late by that. */
function isLate({ at, values }: ChainedRow, newestBefore: string): boolean {
  if (newestBefore === '' || values['status'] === 'outcome_unknown') return false;
  return Date.parse(at) < Date.parse(newestBefore) - latenessMs;
}

async function explainGone({ db, logs }: Parts, gone: readonly Leaf[], place: Place): Promise<readonly Fault[]> {
  if (gone.length === 0) return [];
  const elsewhere = await logs[place.log].segmentsOf(
    db,
    gone.map(({ id }) => id),
  );
  return gone.map(({ id }) => ({ kind: elsewhere.has(id) ? 'moved_row' : 'missing_row', ...place, row: id }));
}
