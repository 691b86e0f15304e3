import { expect, it } from 'vitest';
import { readFloat, readJson, readTime } from './read-values.ts';

it.each([
  ['{"a":[1,2.5,null,"x"]}', { a: [1, 2.5, null, 'x'] }],
  ['"a string"', 'a string'],
  ['null', null],
  ['123456789012345', 123_456_789_012_345],
  ['{"text":"1234567890123456789"}', { text: '1234567890123456789' }],
  ['{"text":"a \\" 12345678901234567890"}', { text: 'a " 12345678901234567890' }],
  ['1234567890123456789', '1234567890123456789'],
  ['[0.1234567890123456789]', '[0.1234567890123456789]'],
  ['[1e400]', '[1e400]'],
  ['[1e40]', [1e40]],
  ['not json', 'not json'],
])('the document %s is %j', (text, value) => {
  expect(readJson(text)).toEqual(value);
});

it.each([
  ['2026-01-02 03:04:05', '2026-01-02T03:04:05'],
  ['2026-01-02 03:04:05.678901', '2026-01-02T03:04:05.678901'],
  ['2026-01-02 03:04:05+00', '2026-01-02T03:04:05+00:00'],
  ['2026-01-02 03:04:05-03:30', '2026-01-02T03:04:05-03:30'],
  ['12026-01-02 03:04:05', '12026-01-02T03:04:05'],
  ['infinity', 'infinity'],
  ['0044-03-15 12:00:00 BC', '0044-03-15 12:00:00 BC'],
  ['2026-01-02', '2026-01-02'],
])('the time %s is %s', (text, value) => {
  expect(readTime(text)).toBe(value);
});

it('a number that JSON has none for is text', () => {
  expect([readFloat(1.5), readFloat(Number.NaN), readFloat(-Infinity)]).toEqual([1.5, 'NaN', '-Infinity']);
});
