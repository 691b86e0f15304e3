import { expect, it } from 'vitest';
import { readDeepQuery } from './deep-query.ts';

it.each([
  [{ limit: '5' }, { limit: '5' }],
  [
    { 'metadata[plan]': 'pro', 'metadata[a b]': '', limit: '5' },
    { limit: '5', metadata: { plan: 'pro', 'a b': '' } },
  ],
  [{ 'metadata[a]b]': 'x' }, { metadata: { 'a]b': 'x' } }],
  [{ 'metadata[plan]': ['pro', 'free'] }, { metadata: { plan: ['pro', 'free'] } }],
  [
    { metadata: 'x', 'metadata[plan]': 'pro' },
    { metadata: 'x', 'metadata[plan]': 'pro' },
  ],
  [
    { '[plan]': 'pro', 'metadata[': 'x' },
    { '[plan]': 'pro', 'metadata[': 'x' },
  ],
])('reads %j as %j', (query, read) => {
  expect(readDeepQuery(query)).toEqual(read);
});

it('takes names that objects have by themselves like any other', () => {
  const read = readDeepQuery({ 'metadata[__proto__]': 'x', '__proto__[polluted]': 'y' });
  expect(Object.entries(Object(read['metadata']))).toEqual([['__proto__', 'x']]);
  expect(Object.hasOwn(read, '__proto__')).toBe(true);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
