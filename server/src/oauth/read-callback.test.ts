import { describe, expect, it } from 'vitest';
import { readCallback } from './read-callback.ts';

const issuer = 'https://as.example';
const strict = { issuer, issRequired: true };
const lax = { issuer: undefined, issRequired: false };
const read = (query: string, server: Parameters<typeof readCallback>[0] = strict) =>
  readCallback(server, new URLSearchParams(query), { state: 'ours' });
const iss = `iss=${encodeURIComponent(issuer)}`;

describe('what a browser comes back with', () => {
  it('is a code, where all is well', () => {
    expect(read(`code=abc&state=ours&${iss}`)).toMatchObject({ ok: true, code: 'abc' });
  });

  it.each([
    ['from a server that says who it is, although nobody knows', `code=abc&state=ours&iss=https://any.example`],
    ['from a server that does not', 'code=abc&state=ours'],
    ['with more than was asked for', 'code=abc&state=ours&realmId=1&session_state=x'],
  ])('is a code %s', (_name, query) => {
    expect(read(query, lax)).toMatchObject({ ok: true });
  });

  it.each([
    ['another issuer (RFC 9207)', 'code=abc&state=ours&iss=https%3A%2F%2Fevil.example'],
    ['another issuer that differs by a slash', `code=abc&state=ours&${iss}%2F`],
    ['no issuer, where there must be one', 'code=abc&state=ours'],
    ['two issuers', `code=abc&state=ours&${iss}&${iss}`],
    ['another state', `code=abc&state=theirs&${iss}`],
    ['no state', `code=abc&${iss}`],
    ['two states', `code=abc&state=ours&state=theirs&${iss}`],
    ['a token in the address', `code=abc&state=ours&${iss}&id_token=x`],
    ['an answer inside a JWT', `response=x.y.z&state=ours&${iss}`],
    ['another issuer and an error', 'error=access_denied&state=ours&iss=https%3A%2F%2Fevil.example'],
  ])('is nothing of ours with %s', (_name, query) => {
    expect(read(query)).toMatchObject({ ok: false, error: 'mismatch' });
  });

  it('is refused from a known server under another name, although it need not say it', () => {
    const known = { issuer, issRequired: false };
    expect(read('code=abc&state=ours&iss=https://evil.example', known)).toMatchObject({ error: 'mismatch' });
    expect(read('code=abc&state=ours', known)).toMatchObject({ ok: true });
  });

  it.each([
    `state=ours&${iss}`,
    `code=&state=ours&${iss}`,
    `code=a&code=b&state=ours&${iss}`,
    `code=%0D%0A&state=ours&${iss}`,
  ])('is no code: %s', (query) => {
    expect(read(query)).toMatchObject({ ok: false, error: 'malformed' });
  });

  it('is the reason why not, in the words of the provider, on one line', () => {
    expect(read(`error=access_denied&error_description=The%20person%0Asaid%20no.&state=ours&${iss}`)).toEqual({
      ok: false,
      error: 'access_denied',
      message: 'The provider was told not to allow it: The person said no.',
    });
    expect(read(`error=server_error&state=ours&${iss}`)).toMatchObject({
      message: 'The provider refused to sign in (server_error).',
    });
  });

  it('holds no more than 512 bytes of those words, and no code that is markup', () => {
    const words = encodeURIComponent('<script>'.repeat(1000));
    const outcome = read(`error=${words}&error_description=${words}&state=ours&${iss}`);
    expect(outcome).toMatchObject({ ok: false, error: 'refused' });
    expect('message' in outcome && outcome.message.length).toBeLessThan(600);
  });
});
