import { expect, it } from 'vitest';
import { Secret } from './secret.ts';
import { createRedactor } from './redact.ts';

const redactor = createRedactor([new Secret('p@ss "word"/+ü&1'), new Secret('glpat-0123456789')]);

it('leaves text without a secret as it is', () => {
  expect(redactor.text('nothing here')).toBe('nothing here');
});

it('hands back the very same value where nothing had to go', () => {
  const value = { a: [1, 'two', { three: null }] };
  expect(redactor.value(value)).toBe(value);
});

it('finds secrets in nested values and in keys', () => {
  expect(redactor.value({ list: ['token glpat-0123456789!'], 'glpat-0123456789': 1 })).toEqual({
    list: ['token [redacted]!'],
    '[redacted]': 1,
  });
});

it('finds a secret of digits that came back as a number', () => {
  expect(createRedactor([new Secret('1234567890')]).value({ id: 1234567890, other: 1234 })).toEqual({
    id: '[redacted]',
    other: 1234,
  });
});

it('keeps secrets of fewer than eight bytes: they are too likely to be ordinary words', () => {
  expect(createRedactor([new Secret('short')]).text('short')).toBe('short');
});

it.each([
  ['raw', 'p@ss "word"/+ü&1'],
  ['JSON', JSON.stringify('p@ss "word"/+ü&1')],
  ['JSON with careful escapes', String.raw`p@ss \"word\"\/\u002b\u00fc\u00261`],
  ['percent', encodeURIComponent('p@ss "word"/+ü&1')],
  ['percent in lower case', encodeURIComponent('p@ss "word"/+ü&1').toLowerCase()],
  ['form', new URLSearchParams({ a: 'p@ss "word"/+ü&1' }).toString()],
])('finds the %s form', (_name, text) => {
  expect(redactor.text(text)).toContain('[redacted]');
  expect(redactor.text(text)).not.toMatch(/word/);
});

it.each([0, 1, 2, 3, 4])('finds base64 that starts after %i other bytes', (offset) => {
  const bytes = Buffer.from(`${'x'.repeat(offset)}glpat-0123456789:tail`);
  for (const encoding of ['base64', 'base64url'] as const) {
    expect(redactor.text(bytes.toString(encoding))).toContain('[redacted]');
  }
});
