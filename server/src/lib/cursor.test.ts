import { describe, expect, it } from 'vitest';
import { pageOf, readCursor } from './cursor.ts';
import { newId } from './ids.ts';

const rows = Array.from({ length: 4 }, (_, minute) => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  id: newId(),
}));

describe('a page', () => {
  it('holds as many as were asked for and a cursor to its last row', () => {
    const page = pageOf(rows, 3);
    expect(page.items).toEqual(rows.slice(0, 3));
    expect(readCursor(page.nextCursor ?? '')).toEqual(rows[2]);
  });

  it('is the last one where no row is left over', () => {
    expect(pageOf(rows, 4)).toEqual({ items: rows, nextCursor: null });
    expect(pageOf([], 4)).toEqual({ items: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it.each([
    ['nothing', ''],
    ['words', 'give me the next page'],
    ['a time alone', encode('2026-01-01T00:00:00.000Z')],
    ['another form of time', encode(`2026-01-01 ${newId()}`)],
    ['an id that is none', encode("2026-01-01T00:00:00.000Z ' or 1=1")],
    ['more than was written', encode(`2026-01-01T00:00:00.000Z ${newId()} x`)],
    ['a huge text', 'A'.repeat(100_000)],
  ])('of %s is none of ours', (_, cursor) => {
    expect(readCursor(cursor)).toBeUndefined();
  });
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
