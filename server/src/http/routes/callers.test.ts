import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scopes } from '../../access/caller.ts';
import { covers } from '../../../../tests/support/covers.ts';
import { startInstance, type StartedInstance } from '../../../../tests/support/instance.ts';
import { describeOnDatabases } from '../../../../tests/support/databases.ts';

const host = 'localhost:7400';

describeOnDatabases('who is asking, and where', ({ migrated }) => {
  let instance: StartedInstance;
  beforeAll(async () => {
    instance = await startInstance(await migrated());
  });
  afterAll(() => instance.stop());

  async function get(url: string, headers: Record<string, string>) {
    const response = await instance.server.inject({ url, headers: { host, ...headers } });
    return { status: response.statusCode, body: response.json<unknown>(), headers: response.headers };
  }

  async function post(url: string, payload: object, key = instance.adminKey) {
    const response = await instance.server.inject({
      method: 'POST',
      url,
      payload,
      headers: { host, 'x-api-key': key },
    });
    return { status: response.statusCode, body: response.json<unknown>() };
  }

  describe('a key', () => {
    it('counts in either header, and not in two ways at once', async () => {
      covers('everywhere/1-headers');
      const key = instance.adminKey;
      expect((await get('/api/v1/me', { 'x-api-key': key })).status).toBe(200);
      expect((await get('/api/v1/me', { authorization: `Bearer ${key}` })).status).toBe(200);
      expect((await get('/api/v1/me', { authorization: `Bearer ${key}`, 'x-api-key': 'another' })).status).toBe(400);
      expect((await get(`/api/v1/me?api_key=${key}`, {})).status).toBe(401);
    });

    it('is of kind agent unless asked, and never above the one who makes it', async () => {
      covers('everywhere/5-keys');
      const made = await post('/api/v1/api-keys', { name: 'Plain' });
      expect(made).toMatchObject({ status: 201, body: { api_key: { kind: 'agent', role: 'MEMBER' } } });
      const manager = await instance.keyWith({ role: 'MANAGER', scopes: ['keys:write', 'admin'] });
      expect(
        await post(
          '/api/v1/api-keys',
          { name: 'Above', role: 'ADMIN', kind: 'person', scopes: ['keys:write'] },
          manager,
        ),
      ).toMatchObject({ status: 403 });
    });

    it('that is the first one is a person’s and has every scope', async () => {
      covers('everywhere/5-first-key');
      const { body } = await get('/api/v1/me', { 'x-api-key': instance.adminKey });
      expect(body).toMatchObject({ caller: { role: 'OWNER', operator: true, scopes, key: { kind: 'person' } } });
    });
  });

  describe('the workspace', () => {
    it('is the key’s own, whether it is named by id, by slug or not at all', async () => {
      covers('everywhere/6-workspace', 'everywhere/12-slugs');
      const id = instance.home.caller.workspaceId;
      const key = { 'x-api-key': instance.adminKey };
      for (const [query, headers] of [
        ['', {}],
        [`?workspace_id=${id}`, {}],
        ['?workspace_id=default', {}],
        ['', { 'x-workspace': 'default' }],
      ] as const) {
        expect((await get(`/api/v1/crews${query}`, { ...key, ...headers })).status).toBe(200);
      }
      expect((await get('/api/v1/workspaces/default', key)).body).toMatchObject({ id, slug: 'default', role: 'OWNER' });
      expect((await get('/api/v1/crews/default', key)).body).toMatchObject({ slug: 'default' });
    });

    it('that is somebody else’s is a 403 in query, header and path', async () => {
      covers('everywhere/6-named');
      const key = { 'x-api-key': instance.adminKey };
      expect((await get('/api/v1/crews?workspace_id=another', key)).status).toBe(403);
      expect((await get('/api/v1/crews', { ...key, 'x-workspace': 'another' })).status).toBe(403);
      expect((await get('/api/v1/workspaces/another', key)).status).toBe(403);
      expect((await get('/api/v1/workspaces/nowhere', key)).status).toBe(403);
    });

    it('of a person in several has to be named', async () => {
      covers('everywhere/6-workspace');
      const session = await signInAsOwner(instance);
      expect((await get('/api/v1/crews', session)).status).toBe(400);
      expect((await get('/api/v1/crews?workspace_id=another', session)).status).toBe(200);
      expect((await get('/api/v1/crews?workspace_id=another', { ...session, 'x-workspace': 'default' })).status).toBe(
        400,
      );
      expect((await get('/api/v1/me', session)).body).toMatchObject({ caller: null });
      expect((await get('/api/v1/workspaces', session)).body).toMatchObject({
        data: [{ slug: 'another' }, { slug: 'default' }],
      });
    });
  });

  it('lists come in pages that neither repeat nor skip', async () => {
    covers('everywhere/9-lists', 'everywhere/9-stable', 'everywhere/12-ids');
    for (let n = 0; n < 5; n += 1) await post('/api/v1/crews', { name: `Crew ${n}` });
    const page = z.object({
      data: z.array(z.object({ id: z.uuidv7(), slug: z.string() })),
      next_cursor: z.string().nullable(),
    });
    const slugs: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await get(`/api/v1/crews?limit=2${query}`, { 'x-api-key': instance.adminKey });
      const { data, next_cursor: next } = page.parse(body);
      slugs.push(...data.map(({ slug }) => slug));
      cursor = next;
    }
    expect(slugs).toEqual(['crew-4', 'crew-3', 'crew-2', 'crew-1', 'crew-0', 'default']);
    expect((await get('/api/v1/crews?cursor=made-up', { 'x-api-key': instance.adminKey })).status).toBe(400);
    expect((await get('/api/v1/crews?limit=101', { 'x-api-key': instance.adminKey })).status).toBe(400);
  });

  it('only what is listed answers to nobody', async () => {
    covers('everywhere/1-public');
    for (const url of ['/healthz', '/readyz', '/brand/github.svg']) {
      expect((await instance.server.inject({ url, headers: { host } })).statusCode).toBe(200);
    }
    for (const url of [
      '/openapi.json',
      '/docs',
      '/metrics',
      '/mcp',
      '/api/v1/me',
      '/api/auth/list-accounts',
      '/anything',
    ]) {
      expect((await instance.server.inject({ url, headers: { host } })).statusCode).toBe(401);
    }
  });

  it('the five contracts ignore fields they do not know', async () => {
    covers('everywhere/4-contracts-ignore');
    const { status } = await post('/api/v1/connections', { connectorSlug: 'github', label: 'Extra', not_ours: true });
    expect(status).toBe(201);
  });
});

/** The owner, signed in with a password set against the first admin key. */
async function signInAsOwner({ server, adminKey }: StartedInstance): Promise<Record<string, string>> {
  const owner = { email: 'owner@example.com', password: 'correct horse battery' };
  const set = await server.inject({
    method: 'PUT',
    url: '/api/v1/me/sign-in',
    payload: owner,
    headers: { host, 'x-api-key': adminKey },
  });
  expect(set.statusCode).toBe(204);
  const signIn = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    payload: owner,
    headers: { host },
  });
  return { authorization: `Bearer ${z.object({ token: z.string() }).parse(signIn.json()).token}` };
}
