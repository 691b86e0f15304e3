import { expect, it } from 'vitest';
import { readChallenge, readScopes } from './read-challenge.ts';

const nothing = { resourceMetadata: undefined, scopes: [], error: undefined };

it.each([
  ['Bearer', nothing],
  ['bearer realm="x"', nothing],
  [
    'Bearer error="insufficient_scope", scope="a b", resource_metadata="https://mcp.test/meta"',
    { resourceMetadata: 'https://mcp.test/meta', scopes: ['a', 'b'], error: 'insufficient_scope' },
  ],
  ['Bearer scope=a,error=invalid_token', { ...nothing, scopes: ['a'], error: 'invalid_token' }],
  ['Bearer Scope = "a"', { ...nothing, scopes: ['a'] }],
  ['Basic realm="a, Bearer scope=b", Bearer scope="c"', { ...nothing, scopes: ['c'] }],
  ['Bearer scope="a", Basic realm="x", scope="b"', { ...nothing, scopes: ['a'] }],
  ['Bearer x_scope="no", scope="yes"', { ...nothing, scopes: ['yes'] }],
  ['Bearer error="say \\"no\\""', { ...nothing, error: 'say "no"' }],
  ['Bearer scope="a", scope="b"', { ...nothing, scopes: ['a'] }],
  ['Bearer scope="a a b"', { ...nothing, scopes: ['a', 'b'] }],
])('reads %s', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});

it.each([undefined, '', 'Basic realm="x"', 'Bearer="x"', ', ,', '"', '\u0000'])(
  'finds no challenge in %j',
  (header) => {
    expect(readChallenge(header)).toBeUndefined();
  },
);

it('keeps to a hundred scopes, and to what a scope can be', () => {
  expect(readScopes(Array.from({ length: 500 }, (_, index) => `s${index}`).join(' '))).toHaveLength(100);
  expect(readScopes(`ok no"quote ${'x'.repeat(300)} e\u00e9`)).toEqual(['ok']);
});

it('is done with a long header at once', () => {
  const start = performance.now();
  readChallenge(`Bearer ${'a="'.repeat(500_000)}`);
  readChallenge(`Bearer ${'a '.repeat(500_000)}`);
  expect(performance.now() - start).toBeLessThan(500);
});
