import { expect, it } from 'vitest';
import { essenceOf, readMediaType } from './media-type.ts';

it.each([
  ['text/csv', 'text/csv'],
  ['Text/CSV; Charset=UTF-8', 'text/csv; Charset=UTF-8'],
  ['multipart/related; boundary="a b"', 'multipart/related; boundary="a b"'],
  [undefined, 'application/octet-stream'],
  [' ', 'application/octet-stream'],
  ['text', undefined],
  ['text/html, application/json', undefined],
  ['text/html; charset="a\nb"', undefined],
  [`text/${'a'.repeat(250)}`, 'text/'.padEnd(255, 'a')],
  [`text/${'a'.repeat(251)}`, undefined],
])('of %j keeps %j', (given, kept) => {
  expect(readMediaType(given)).toBe(kept);
});

it('is compared without its parameters', () => {
  expect(essenceOf('text/csv; charset=utf-8')).toBe('text/csv');
});
