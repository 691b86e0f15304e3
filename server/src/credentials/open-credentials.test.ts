import { describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { Secret } from '../lib/secret.ts';
import { mayAttach } from './open-credentials.ts';

const given = { secrets: { token: new Secret('s') }, origins: ['https://api.example.com', 'http://127.0.0.1:8080'] };

describe('a secret', () => {
  it.each([
    'https://api.example.com',
    'https://api.example.com/v4?x=1',
    'https://API.example.com:443/',
    'http://127.0.0.1:8080/mcp',
  ])('goes to %s, which it was given for', (url) => {
    covers('001/sealed');
    expect(mayAttach(given, url)).toBe(true);
  });

  it.each([
    'http://api.example.com/',
    'https://api.example.com:8443/',
    'https://evil.example.com/',
    'https://api.example.com.evil.net/',
    'https://api.example.com@evil.net/',
    'https://evil.net/https://api.example.com',
    'http://127.0.0.1/',
    'http://localhost:8080/',
    'data:text/plain,x',
    'null',
    '',
  ])('does not go to %s', (url) => {
    covers('001/sealed');
    expect(mayAttach(given, url)).toBe(false);
  });

  it('without any origin goes nowhere', () => {
    expect(mayAttach({ ...given, origins: [] }, 'https://api.example.com/')).toBe(false);
  });

  it('that is not there hinders nothing', () => {
    expect(mayAttach({ secrets: {}, origins: [] }, 'https://anywhere.example.com/')).toBe(true);
  });
});
