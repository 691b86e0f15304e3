import { pageOf } from '../lib/cursor.ts';
import type { Page } from '../lib/cursor.ts';

/** The page of items that were asked for with one more than the limit, each placed by its time. */
export function pageBy<Item extends { readonly id: string }>(
  items: readonly Item[],
  limit: number,
  timeOf: (item: Item) => string,
): Page<Item> {
  const placed = items.map((item) => ({ at: timeOf(item), id: item.id, item }));
  const page = pageOf(placed, limit);
  return { items: page.items.map(({ item }) => item), nextCursor: page.nextCursor };
}
