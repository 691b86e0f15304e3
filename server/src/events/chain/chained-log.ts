import type { ColumnType } from 'kysely';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Chain } from './chain.ts';
import { digestOfAll } from './mac.ts';

export const logNames = ['events', 'calls'] as const;
export type LogName = (typeof logNames)[number];

/** The segment a row is sealed in: null at first, set once by the sealing. */
export type InSegment = ColumnType<number | null, undefined, number>;

/** How a column may name people: by being somebody's name, or somewhere in its text. */
export type Naming = 'somebody' | 'within';

/** A record as it is sealed: every column that counts, by name. A column that is new and empty changes no seal. */
export interface ChainedRow {
  readonly id: string;
  /** ISO 8601 with milliseconds in UTC. */
  readonly at: string;
  /** The number of its segment, or null where it is not sealed yet. */
  readonly segment: number | null;
  readonly values: Readonly<Record<string, string | null>>;
}

/** A log whose rows are sealed into the chain of their workspace (S23). */
export interface ChainedLog {
  readonly name: LogName;
  /** How values of a row name people, by column; the others do not. */
  readonly naming: Readonly<Record<string, Naming>>;
  /** Rows that are in no segment yet and will not change any more, by id. */
  unsealed(db: WorkspaceRows, wish: { readonly limit: number; readonly now: number }): Promise<readonly ChainedRow[]>;
  /** Puts the rows into a segment and answers how many it took: fewer, where one has changed since it was read. */
  mark(trx: WorkspaceTrx, rows: readonly ChainedRow[], segment: number): Promise<number>;
  ofSegment(db: WorkspaceRows, segment: number): Promise<readonly ChainedRow[]>;
  /** The segments of rows with these ids, sealed or not. */
  segmentsOf(db: WorkspaceRows, ids: readonly string[]): Promise<ReadonlyMap<string, number | null>>;
  /** Ids of rows that claim a segment after this one, up to a limit. */
  beyond(db: WorkspaceRows, segment: number, limit: number): Promise<readonly string[]>;
}

/** The digest of a row as it is sealed, its people under pseudonyms (SHA-256 in base64url). The key stands over the segment. */
export function rowDigest({ workspaceId, people }: Chain, log: ChainedLog, row: ChainedRow): string {
  const columns = Object.keys(row.values).sort();
  const values = columns.flatMap((column) => {
    const value = row.values[column] ?? null;
    if (value === null) return [];
    const naming = log.naming[column];
    if (naming === undefined) return [column, value];
    return [column, naming === 'somebody' ? people.of(value) : people.within(value)];
  });
  return digestOfAll(['row', workspaceId, log.name, row.id, row.at, ...values]);
}
