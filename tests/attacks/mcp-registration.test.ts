import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mcpClient, type McpClientOutcome } from '../../server/src/oauth/mcp/mcp-client.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type Discovery, startDiscovery } from '../emulators/discovery.ts';
import { newDatabases } from '../support/databases.ts';
import { discovering } from '../support/discovering.ts';
import { createMcpWorld, type McpWorld } from '../support/mcp-world.ts';

const redirectUri = 'http://127.0.0.1:1/api/v1/connections/oauth/callback';
const client = { client_id: 'us', client_secret: 'a client secret', redirect_uris: [redirectUri] };

describe('an authorization server that registers us', () => {
  const databases = newDatabases('sqlite');
  let storage: Storage;
  let world: McpWorld;
  let there: Discovery;
  beforeAll(async () => {
    storage = await openStorage(await databases.migrated());
    world = await createMcpWorld(storage);
  });
  afterAll(async () => {
    await world.egress.close();
    await storage.close();
  });
  beforeEach(async () => {
    there = await startDiscovery();
    return () => there.stop();
  });

  async function register(): Promise<McpClientOutcome> {
    return mcpClient(world, { discovered: await discovering(world.egress, there.serverUrl), redirectUri });
  }

  it.each([
    ['a foreign redirect URI', { redirect_uris: ['https://evil.example/callback'] }],
    ['a foreign redirect URI beside ours', { redirect_uris: [redirectUri, 'https://evil.example/callback'] }],
    ['ours with more behind it', { redirect_uris: [`${redirectUri}/../elsewhere`] }],
    ['no redirect URI', { redirect_uris: [] }],
    ['a way of proving ourselves that we have no key for', { token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'a way of proving ourselves without its secret',
      { client_secret: undefined, token_endpoint_auth_method: 'client_secret_basic' },
    ],
    ['a client id with a line break', { client_id: 'us\r\nHost: evil' }],
    ['an endless client id', { client_id: 'x'.repeat(5000) }],
    ['no client id', { client_id: undefined }],
  ])('answers with %s: it is not used, nor kept', async (_what, changes) => {
    there.put('/reg', { status: 201, body: { ...client, ...changes } });
    expect(await register()).toMatchObject({ ok: false, reason: 'needs_client_id' });
    there.put('/reg', { status: 201, body: client });
    expect(await register()).toMatchObject({ ok: true, client: { clientId: 'us' } });
  });

  it.each([
    ['a page', { body: '<!doctype html>' }],
    ['ten megabytes', { status: 201, body: { ...client, padding: 'x'.repeat(10_000_000) } }],
    ['a redirect to somebody else', { status: 307, headers: { location: 'https://evil.example/reg' } }],
    ['a secret that ended before time began', { status: 201, body: { ...client, client_secret_expires_at: -1e300 } }],
  ])('answers with %s: that is no crash', async (_what, document) => {
    there.put('/reg', document);
    const outcome = await register();
    expect(outcome.ok ? outcome.client.clientId : outcome.message).not.toMatch(/<!doctype|xxx/);
  });

  it('is asked once, however often somebody begins to sign in', async () => {
    const outcomes = [];
    for (let round = 0; round < 20; round += 1) outcomes.push(await register());
    const ids = new Set(outcomes.map((outcome) => outcome.ok && outcome.client.clientId));
    expect(ids.size).toBe(1);
    expect(there.requests.filter(({ path }) => path === '/reg')).toHaveLength(1);
  });
});
