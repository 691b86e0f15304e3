import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Discovery, startDiscovery } from '../../../../tests/emulators/discovery.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { discovering } from '../../../../tests/support/discovering.ts';
import { createMcpWorld, type McpWorld } from '../../../../tests/support/mcp-world.ts';
import { systemClock } from '../../lib/clock.ts';
import { Secret } from '../../lib/secret.ts';
import { type FoundMcpClient, mcpClient, type McpClientOutcome, type McpClientWish } from './mcp-client.ts';

const redirectUri = 'http://127.0.0.1:1/api/v1/connections/oauth/callback';
const day = 86_400_000;

describeOnEngines('who we are to the authorization server of an MCP server', (open) => {
  let there: Discovery;
  let world: McpWorld;
  let now: number;
  beforeEach(async () => {
    there = await startDiscovery();
    now = systemClock.now();
    world = await createMcpWorld(await open(), { clock: { now: () => now } });
  });
  afterEach(async () => {
    await world.egress.close();
    await there.stop();
  });

  async function ask(wish: Partial<McpClientWish> = {}, parts: Partial<McpWorld> = {}): Promise<McpClientOutcome> {
    const discovered = await discovering(world.egress, there.serverUrl);
    return mcpClient({ ...world, ...parts }, { discovered, redirectUri, ...wish });
  }

  async function find(wish?: Partial<McpClientWish>, parts?: Partial<McpWorld>): Promise<FoundMcpClient> {
    const outcome = await ask(wish, parts);
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome;
  }

  function registrations(): readonly Record<string, unknown>[] {
    return there.requests.filter(({ path }) => path === '/reg').map(({ body }) => JSON.parse(body));
  }

  it('is the client that somebody registered by hand, and then nothing is registered', async () => {
    const configured = { clientId: 'by-hand', clientSecret: new Secret('its secret') };
    const found = await find({ configured });
    expect(found).toMatchObject({
      source: 'configured',
      client: configured,
      server: { code: { clientAuth: 'basic' } },
    });
    expect(registrations()).toEqual([]);
  });

  it('proves a client by hand the way its server takes it', async () => {
    there.alter({ token_endpoint_auth_methods_supported: ['client_secret_post'] });
    const clientSecret = new Secret('its secret');
    expect((await find({ configured: { clientId: 'c', clientSecret } })).kept.clientAuth).toBe('post');
    expect((await find({ configured: { clientId: 'c', clientSecret: undefined } })).kept.clientAuth).toBe('none');
  });

  it('shows a client by hand to its own issuer alone', async () => {
    const configured = { clientId: 'c', clientSecret: undefined, issuer: 'https://before.example.com' };
    const outcome = await ask({ configured });
    expect(outcome).toMatchObject({ ok: false, reason: 'refused' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('before.example.com'));
  });

  describe('our metadata document', () => {
    beforeEach(() => there.alter({ client_id_metadata_document_supported: true }));

    it('comes before registering, where the server takes one and can fetch it', async () => {
      const found = await find({}, { publicUrl: 'https://plugboard.example.com' });
      const clientId = 'https://plugboard.example.com/oauth/client-metadata.json';
      expect(found).toMatchObject({ source: 'metadata', client: { clientId, clientSecret: undefined } });
      expect(found.kept.clientAuth).toBe('none');
      expect(registrations()).toEqual([]);
    });

    it.each([
      'http://plugboard.example.com',
      'https://plugboard.internal',
      'https://localhost:7400',
      'https://10.0.0.7',
    ])('is not offered at %s, where nobody out there could fetch it', async (publicUrl) => {
      expect((await find({}, { publicUrl })).source).toBe('registration');
    });

    it('is not offered where our name leads into our own network', async () => {
      const refusing = { ...world.egress, check: async () => Promise.reject(new Error('10.0.0.7')) };
      const parts = { publicUrl: 'https://plugboard.example.com', egress: refusing };
      expect((await find({}, parts)).source).toBe('registration');
    });
  });

  describe('registering ourselves', () => {
    it('says what we are', async () => {
      const found = await find();
      expect(registrations()).toEqual([
        {
          client_name: 'Plugboard',
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'client_secret_basic',
          application_type: 'native',
        },
      ]);
      expect(found).toMatchObject({ source: 'registration', kept: { clientAuth: 'basic' } });
      expect(found.client.clientSecret?.reveal()).toBe('a client secret');
    });

    it('says that we are on the web where we are', async () => {
      const publicUrl = 'https://plugboard.example.com';
      await find({ redirectUri: `${publicUrl}/api/v1/connections/oauth/callback` }, { publicUrl });
      expect(registrations()).toMatchObject([{ application_type: 'web', client_uri: publicUrl }]);
    });

    it('happens once, whatever is asked afterwards or at the same time', async () => {
      const clients = await Promise.all([find(), find(), find(), find()]);
      clients.push(await find());
      expect(new Set(clients.map(({ client }) => client.clientId)).size).toBe(1);
      expect(registrations()).toHaveLength(1);
    });

    it('happens anew for more than we registered for, and then for both', async () => {
      const two = await Promise.all([find({ scopes: ['read'] }), find({ scopes: ['write'] })]);
      expect(new Set(two.map(({ client }) => client.clientId)).size).toBe(2);
      const both = await find({ scopes: ['read', 'write'] });
      expect((await find()).client.clientId).toBe(both.client.clientId);
      const asked = registrations().map(({ scope }) => String(scope).split(' ').toSorted());
      expect(asked).toEqual([expect.any(Array), ['read', 'write']]);
    });

    it('happens for each redirect URI, and for each workspace', async () => {
      const first = await find();
      await find({ redirectUri: `${redirectUri}/other` });
      const other = await createMcpWorld(await open());
      const theirs = await find({}, { db: other.db, vault: other.vault });
      await other.egress.close();
      expect(registrations()).toHaveLength(3);
      expect(theirs.client.clientId).not.toBe(first.client.clientId);
    });

    it('keeps no client secret in clear', async () => {
      await find();
      const rows = await world.db.rows.selectFrom('oauth_registrations').selectAll().execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain('a client secret');
    });

    it('happens anew where the server says that it knows us no longer, and only then', async () => {
      const { client } = await find();
      const answers = [
        { status: 400, body: { error: 'invalid_grant' } },
        { status: 503, body: {} },
        { body: '<!doctype html>' },
      ];
      for (const answer of answers) {
        there.put('/token', answer);
        now += day;
        expect((await find()).client.clientId).toBe(client.clientId);
      }
      there.put('/token', { status: 401, body: { error: 'invalid_client' } });
      expect((await find()).client.clientId).not.toBe(client.clientId);
      expect(registrations()).toHaveLength(2);
    });

    it('happens anew before a secret ends, and after 30 days', async () => {
      const { client } = await find();
      now += 31 * day;
      const third = await find();
      expect(third.client.clientId).not.toBe(client.clientId);
      there.put(
        '/reg',
        registered({ client_id: 'short', client_secret: 's', client_secret_expires_at: now / 1000 + 60 }),
      );
      expect((await find()).client.clientId).toBe(third.client.clientId);
      now += 31 * day;
      expect((await find()).client.clientId).toBe('short');
      await find();
      expect(registrations()).toHaveLength(4);
    });

    it('takes a client without a secret', async () => {
      there.alter({ token_endpoint_auth_methods_supported: ['none'] });
      there.put('/reg', registered({ client_id: 'public', token_endpoint_auth_method: 'none' }));
      expect(await find()).toMatchObject({ client: { clientId: 'public' }, kept: { clientAuth: 'none' } });
      expect((await find()).client.clientSecret).toBeUndefined();
    });
  });

  it.each([
    ['registers nobody', undefined],
    ['does not know our address', { status: 400, body: { error: 'invalid_redirect_uri', error_description: '<b>no' } }],
    ['wants to be asked by somebody it knows', { status: 401, body: 'Sign in first.' }],
  ])('says what to do where the server %s', async (_what, answer) => {
    if (answer === undefined) there.alter({ registration_endpoint: undefined });
    else there.put('/reg', answer);
    const outcome = await ask();
    expect(outcome).toMatchObject({ ok: false, reason: 'needs_client_id' });
    const { message } = Object(outcome);
    expect(message).toContain(redirectUri);
    expect(message).not.toContain('<b>');
  });

  it.each([503, 429])('tells a server that is away (%i) from one that refuses', async (status) => {
    there.put('/reg', { status, body: {} });
    expect(await ask()).toMatchObject({ ok: false, reason: 'unreachable' });
    there.put('/reg', undefined);
    expect((await find()).source).toBe('registration');
  });
});

function registered(client: Readonly<Record<string, unknown>>) {
  return { status: 201, body: { redirect_uris: [redirectUri], ...client } };
}
