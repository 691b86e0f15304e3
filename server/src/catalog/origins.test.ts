import { describe, expect, it } from 'vitest';
import { oauthSchema } from './format/oauth.ts';
import { originsOf, tokenOriginsOf } from './origins.ts';

const connector = {
  derived: { host: '${field.site|lower}.acme.example' },
  http: { base_url: 'https://${derived.host}/bot${field.token}', headers: {}, query: {} },
  mcp: { transport: 'streamable-http' as const, url: '${field.mcp|default:https://mcp.acme.example}/mcp', headers: {} },
};

describe('originsOf', () => {
  it('lists each origin once, formed from non-secret values', () => {
    expect(originsOf(connector, { site: 'EU' })).toEqual(['https://eu.acme.example', 'https://mcp.acme.example']);
    expect(originsOf(connector, { site: 'mcp' })).toEqual(['https://mcp.acme.example']);
    expect(originsOf({ derived: {} }, {})).toEqual([]);
  });

  it('refuses an origin that a value does not form, or that is missing', () => {
    expect(() => originsOf(connector, { site: 'a/b' })).toThrow('must be a plain host name');
    expect(() => originsOf(connector, {})).toThrow('host is missing');
  });
});

describe('tokenOriginsOf', () => {
  it('is where codes and refresh tokens go, not where calls go', () => {
    const oauth = oauthSchema.parse({
      authorization_url: 'https://a.example/x',
      token_url: 'https://b.example/x',
      revocation_url: 'https://c.example/x',
    });
    expect(tokenOriginsOf({ ...connector, oauth }, {})).toEqual(['https://b.example', 'https://c.example']);
  });
});
