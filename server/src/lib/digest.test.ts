import { expect, it } from 'vitest';
import { digestOf, sameText, sha256 } from './digest.ts';

it('sha256 is the well-known digest in hex', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('digestOf is the same for equal values and another for others', () => {
  expect(digestOf({ a: 1, b: [2] })).toBe(digestOf({ b: [2], a: 1 }));
  expect(digestOf({ a: 1, b: [2] })).not.toBe(digestOf({ a: 1, b: ['2'] }));
  expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
});

it('sameText compares texts of any length', () => {
  expect(sameText('key', 'key')).toBe(true);
  expect(sameText('key', 'kez')).toBe(false);
  expect(sameText('key', 'key ')).toBe(false);
  expect(sameText('', '')).toBe(true);
});
