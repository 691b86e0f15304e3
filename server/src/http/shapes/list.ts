import { z } from 'zod';
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
