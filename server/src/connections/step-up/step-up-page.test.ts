import { describe, expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { shippedConnector } from '../../../../tests/support/shipped-connector.ts';
import { lackingScopes } from './lacking-scopes.ts';
import { readPlace, scopesToAsk, stepUpPage } from './step-up-page.ts';

const publicUrl = 'https://plugboard.example.com';
const calendar = 'https://www.googleapis.com/auth/calendar';
const connection = newConnection({ authMode: 'byo_oauth', grantedScopes: ['a'] });
const pageFor = (scopes: readonly string[]) => stepUpPage({ publicUrl }, connection, scopes);
const lastPart = (url: string) => decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));

describe('the page where more is granted', () => {
  it.each([[[]], [['repo']], [[calendar, 'openid', 'x:y/z~.*']]])('says in its address what: %j', (scopes) => {
    covers('scopes/step-up');
    const url = pageFor(scopes);
    expect(url.startsWith(`${publicUrl}/connect/${connection.id}`)).toBe(true);
    expect(readPlace(lastPart(url))).toEqual({ id: connection.id, scopes });
  });

  it('fits into a part of a path, however much is asked for', () => {
    const scopes = Array.from({ length: 300 }, (_, index) => `scope-${index}`);
    const place = readPlace(lastPart(pageFor(scopes)));
    expect(lastPart(pageFor(scopes)).length).toBeLessThan(500);
    expect(place.scopes).toEqual(scopes.slice(0, place.scopes.length));
    expect(place.scopes.length).toBeGreaterThan(20);
  });

  it.each(['', '~', 'x~', 'x~%%%', 'x~\0', `x~${Buffer.from('"<script>"\n\\').toString('base64url')}`, '~~~'])(
    'is read from anything: %j',
    (token) => {
      expect(readPlace(token).scopes.join('')).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]*$/);
    },
  );
});

describe('what is asked for there', () => {
  const manifest = (more: object = {}) => ({ ...shippedConnector('google-calendar'), ...more });
  const [first = ''] = manifest().oauth?.scopes ?? [];

  it('is what was granted and what the manifest knows of the address', () => {
    covers('scopes/step-up', 'scopes/bounded');
    expect(scopesToAsk(manifest(), connection, { scopes: [first, 'of-nobody'] })).toEqual(['a', first]);
    const [tool] = manifest().tools;
    const tools = tool === undefined ? [] : [{ ...tool, scopes: ['for-a-tool'] }];
    expect(scopesToAsk(manifest({ tools }), connection, { scopes: ['for-a-tool'] })).toEqual(['a', 'for-a-tool']);
  });

  it('is nothing in particular where the address says nothing', () => {
    for (const scopes of [[], ['of-nobody']]) expect(scopesToAsk(manifest(), connection, { scopes })).toEqual([]);
  });

  it('is what the address says where an MCP server decides', () => {
    const server = shippedConnector('linear-mcp');
    expect(scopesToAsk(server, connection, { scopes: ['write'] })).toEqual(['a', 'write']);
  });
});

describe('what a tool lacks', () => {
  it('is what it needs and nobody granted', () => {
    covers('scopes/step-up');
    expect(lackingScopes(connection, ['a', 'b', 'c'])).toEqual(['b', 'c']);
    expect(lackingScopes(connection, ['a'])).toEqual([]);
    expect(lackingScopes(connection, undefined)).toEqual([]);
  });

  it('is nothing where nobody knows what was granted, or nobody signed in', () => {
    covers('scopes/unknown');
    expect(lackingScopes({ ...connection, grantedScopes: [] }, ['b'])).toEqual([]);
    for (const authMode of ['pat', 'conn_string', 'none'] as const)
      expect(lackingScopes({ ...connection, authMode }, ['b'])).toEqual([]);
  });
});
