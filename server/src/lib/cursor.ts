import { isUuid } from './ids.ts';

/** A row's place in a list ordered by time and id, newest first. */
export interface Position {
  /** ISO 8601 with milliseconds in UTC. */
  readonly at: string;
  readonly id: string;
}

/** One page of a list (RULINGS, Everywhere 9). */
export interface Page<T> {
  readonly items: readonly T[];
  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The page of rows that were asked for with one more than the limit: that one says whether there is a next page. */
export function pageOf<T extends Position>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? writeCursor(last) : null };
}

/** The position a cursor stands for, or `undefined` where it is none of ours. */
export function readCursor(cursor: string): Position | undefined {
  const [at = '', id = '', ...more] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  return isTime(at) && isUuid(id) && more.length === 0 ? { at, id } : undefined;
}

/** Before every row: later than any time and above any id. */
export const beginning: Position = { at: '9999-12-31T23:59:59.999Z', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** The filters that were given, without those left out. */
export function given<Name extends string>(
  filters: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> {
  const kept: Partial<Record<Name, string>> = {};
  for (const name in filters) if (filters[name] !== undefined) kept[name] = filters[name];
  return kept;
}

function writeCursor({ at, id }: Position): string {
  return Buffer.from(`${at} ${id}`, 'utf8').toString('base64url');
}

function isTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
