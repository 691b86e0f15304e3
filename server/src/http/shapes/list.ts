import { z } from 'zod';
import { longestList } from '../../connections/connection-store.ts';
import type { Page } from '../../lib/cursor.ts';

/** Which page of a list of ours (RULINGS, Everywhere 9). */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before.'),
});

/** One page of a list of ours. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

/** A page of rows as a page of items. */
export function showPage<Row, Item>({ items, nextCursor }: Page<Row>, show: (row: Row) => Item) {
  return { data: items.map(show), next_cursor: nextCursor };
}

/** What a bare array holds of a list that may be longer, and the header that says where it goes on (RULINGS, Everywhere 9; RFC 8288). */
export function cutList<Row>(rows: readonly Row[], addressAfter: (last: Row) => string) {
  const shown = rows.slice(0, longestList);
  const last = shown.at(-1);
  const isCut = rows.length > shown.length && last !== undefined;
  return { shown, headers: isCut ? { link: `<${addressAfter(last)}>; rel="next"` } : {} };
}
