import { expect, it } from 'vitest';
import { parseForm } from './parse-form.ts';

it.each([
  ['a=1&b=x%20y+z', { a: '1', b: 'x y z' }],
  ['a=1&a=2&a=', { a: ['1', '2', ''] }],
  ['a', { a: '' }],
  ['', {}],
])('understands %j', (text, value) => {
  expect(parseForm(text)).toEqual(value);
});

it('touches no prototype', () => {
  const value = parseForm('__proto__=1&constructor=2');
  expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
});

it('has an end', () => {
  expect(parseForm('a&'.repeat(10_000))).toEqual({ a: Array.from({ length: 10_000 }, () => '') });
  expect(parseForm('a&'.repeat(10_001))).toBeUndefined();
});
