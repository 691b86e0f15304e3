import { Failure } from '../../errors.ts';
import type { Page } from '../../lib/cursor.ts';

/** Which page of a list whose items each have a key of their own. */
export interface PageWish {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of items that are in the order of their keys. Throws BAD_REQUEST for a cursor that is none of ours. */
export function pageByKey<Item>(
  items: readonly Item[],
  { limit, cursor }: PageWish,
  keyOf: (item: Item) => string,
): Page<Item> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last !== undefined && rest.length > limit ? writeCursor(keyOf(last)) : null };
}

const mark = 'after ';

function writeCursor(key: string): string {
  return Buffer.from(`${mark}${key}`, 'utf8').toString('base64url');
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (text.startsWith(mark)) return text.slice(mark.length);
  throw new Failure('BAD_REQUEST', 'This cursor is none of ours. Take next_cursor of the page before as it is.');
}
