import { expect, it } from 'vitest';
import { isSameMetadata, mergeMetadata } from './merge-metadata.ts';

it('keeps what is not named, changes what is, and takes away what is null', () => {
  const merged = mergeMetadata({ plan: 'free', region: 'eu' }, { plan: 'pro', region: null, seats: '5' });
  expect(merged).toEqual({ plan: 'pro', seats: '5' });
});

it('holds no more than fifty keys, whatever is taken away in the same change', () => {
  const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
  expect(() => mergeMetadata(full, { more: 'v' })).toThrow(/at most 50/);
  expect(Object.keys(mergeMetadata(full, { more: 'v', k0: null }))).toHaveLength(50);
});

it('takes a key that objects have by themselves like any other', () => {
  const merged = mergeMetadata({}, JSON.parse('{"__proto__":"x","constructor":"y"}'));
  expect(Object.entries(merged)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

it('is the same in any order, and no other', () => {
  expect(isSameMetadata({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
  expect(isSameMetadata({ a: '1' }, { a: '1', b: '2' })).toBe(false);
  expect(isSameMetadata({ a: '1' }, { b: '1' })).toBe(false);
});
