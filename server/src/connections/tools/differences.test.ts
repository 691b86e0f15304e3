import { describe, expect, it } from 'vitest';
import { type Difference, differencesBetween } from './differences.ts';

const table: readonly (readonly [what: string, before: unknown, after: unknown, differences: readonly Difference[]])[] =
  [
    ['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['the same in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }, [{ path: '/a/b', before: 1, after: 2 }]],
    ['a new key', { a: {} }, { a: { b: 1 } }, [{ path: '/a/b', after: 1 }]],
    ['a key that is gone', { a: { b: 1 } }, { a: {} }, [{ path: '/a/b', before: 1 }]],
    ['an item more', { a: ['x'] }, { a: ['x', 'y'] }, [{ path: '/a/1', after: 'y' }]],
    ['another kind', { a: [1] }, { a: { b: 1 } }, [{ path: '/a', before: [1], after: { b: 1 } }]],
    ['null is a value', { a: null }, {}, [{ path: '/a', before: null }]],
    ['a key with a slash', { 'a/b': 1 }, { 'a/b': 2 }, [{ path: '/a~1b', before: 1, after: 2 }]],
    ['a key of every object', { constructor: 1 }, {}, [{ path: '/constructor', before: 1 }]],
    ['altogether another', 1, 'x', [{ path: '', before: 1, after: 'x' }]],
  ];

describe('the differences between two values', () => {
  it.each(table)('%s', (...[, before, after, differences]) => {
    expect(differencesBetween(before, after)).toEqual(differences);
  });

  it('are told in the order of the keys, the old ones first', () => {
    const paths = differencesBetween({ b: 1, a: 1 }, { b: 2, a: 2, c: 3 }).map(({ path }) => path);
    expect(paths).toEqual(['/b', '/a', '/c']);
  });

  it('are told at most at so many places, and none is left out', () => {
    const object = (count: number, value: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, number) => [`k${number}`, { v: value }]));
    const wide = differencesBetween({ a: object(500, 1), b: 1 }, { a: object(500, 2), b: 2 });
    expect(wide.map(({ path }) => path)).toEqual(['/a', '/b']);
    const all = differencesBetween({ a: object(199, 1), b: 1 }, { a: object(199, 2), b: 2 });
    expect(all).toHaveLength(200);
    expect(differencesBetween(object(500, 1), { ...object(500, 1) })).toEqual([]);
  });
});
