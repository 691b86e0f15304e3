import { expect, it } from 'vitest';
import { pageByKey } from './page-by-key.ts';

const letters = ['a', 'b', 'é', '😀'];
const page = (items: readonly string[], limit: number, cursor?: string) =>
  pageByKey(items, { limit, cursor }, (item) => item);

it('goes through all items once, however they are written', () => {
  const first = page(letters, 3);
  expect(first.items).toEqual(['a', 'b', 'é']);
  expect(page(letters, 3, first.nextCursor ?? '')).toEqual({ items: ['😀'], nextCursor: null });
  expect(page(letters, 4).nextCursor).toBeNull();
  expect(page([], 4)).toEqual({ items: [], nextCursor: null });
});

it('goes on after an item that is gone', () => {
  const { nextCursor } = page(letters, 2);
  expect(page(['a', 'é', '😀'], 2, nextCursor ?? '').items).toEqual(['é', '😀']);
});

it.each(['', 'nonsense', Buffer.from('b').toString('base64url')])('refuses the cursor %j', (cursor) => {
  expect(() => page(letters, 2, cursor)).toThrow('none of ours');
});
