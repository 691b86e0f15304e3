import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

const secret = new Secret('ghp_clear_text');

it.each([
  ['string conversion', () => String(secret)],
  ['concatenation', () => `${secret}`],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspection', () => inspect({ deep: { secret } }, { depth: null, showHidden: true })],
  ['format strings', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['its keys', () => JSON.stringify({ ...secret }) + Object.getOwnPropertyNames(secret).join('')],
  ['a structured clone', () => JSON.stringify(structuredClone({ secret }))],
])('%s shows nothing of a secret', (_, show) => {
  expect(show()).not.toContain('clear');
});

it('opens when it is told to', () => {
  expect(secret.reveal()).toBe('ghp_clear_text');
  expect(String(secret)).toBe('[secret]');
});
