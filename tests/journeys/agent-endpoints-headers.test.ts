import { beforeAll, expect, it } from 'vitest';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { endpointsPath, endpointWish, makeEndpoint } from '../support/agent-endpoints.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const clear = { 'X-API-Key': 'lg-dev-key', Authorization: 'Bearer sk-0123456789' };
const masked = { 'X-API-Key': '••••••••', Authorization: 'Be••••••••89' };

describeOnDatabases('the headers of agent endpoints (002.7)', ({ migrated }) => {
  let plugboard: Plugboard;
  let agent: OpenaiEmulator;
  beforeAll(async () => {
    agent = await startOpenai();
    plugboard = await startPlugboard(await migrated());
    return () => agent.stop();
  });

  const make = () =>
    makeEndpoint(plugboard, agent.baseUrl, { type: 'openai', config: { model: 'small' }, headers: clear });
  /** What somebody sees of the headers of an endpoint in the list. */
  const listed = async (id: string, key: string): Promise<unknown> => {
    const { body } = await plugboard.call(`GET ${endpointsPath}`, { key });
    const items = Array.isArray(body['items']) ? body['items'] : [];
    return items.find((item: { readonly id: string }) => item.id === id)?.headers;
  };
  const reveals = async (): Promise<readonly Record<string, unknown>[]> => {
    const { body } = await plugboard.call('GET /api/v1/events?type=agent_endpoint.headers_revealed&limit=100');
    return Array.isArray(body['data']) ? body['data'] : [];
  };
  const setReveal = (revealHeaders: string, key = plugboard.adminKey) =>
    plugboard.call('PATCH /api/v1/workspaces/default', { key, body: { reveal_headers: revealHeaders } });

  it('are clear to a signed-in MANAGER and to a key with secrets:reveal, masked to others', async () => {
    covers('002/revealed', '002/masked');
    const { id, made } = await make();
    expect(made.body['headers']).toEqual(clear);
    const revealing = await plugboard.mint({ scopes: ['projects:read', 'secrets:reveal'] });
    const keyOfManager = await plugboard.mint({ kind: 'person', role: 'OWNER', scopes: ['projects:read'] });
    for (const key of [plugboard.adminKey, revealing, (await addPerson(plugboard, 'MANAGER')).token])
      expect(await listed(id, key)).toEqual(clear);
    for (const key of [
      keyOfManager,
      await plugboard.mint({ kind: 'app' }),
      (await addPerson(plugboard, 'MEMBER')).token,
    ])
      expect(await listed(id, key)).toEqual(masked);
  });

  it('are masked in the answer to whoever sent them without being allowed to see them', async () => {
    covers('002/masked', '002/put-mask');
    const key = await plugboard.mint({ kind: 'person', scopes: ['projects:read', 'projects:write'] });
    const body = endpointWish(agent.baseUrl, { headers: clear });
    const made = await plugboard.call(`POST ${endpointsPath}`, { key, body });
    expect([made.status, made.body['headers']]).toEqual([201, masked]);
    const at = `${endpointsPath}/${String(made.body['id'])}`;
    const changed = await plugboard.call(`PUT ${at}`, { key, body: { headers: made.body['headers'] } });
    expect([changed.status, changed.body['headers']]).toEqual([200, masked]);
    expect((await plugboard.call(`PUT ${at}`, { body: {} })).body['headers']).toEqual(clear);
  });

  it('each answer that reveals some is an event naming the endpoints, and one that reveals none is not', async () => {
    covers('002/reveal-event');
    const { id, path } = await make();
    const before = await reveals();
    expect(before[0]).toMatchObject({ data: { ids: [id] }, subject: expect.stringMatching(/^project:/) });
    await listed(id, await plugboard.mint({ kind: 'app' }));
    await plugboard.call(`GET ${path}`);
    expect(await reveals()).toHaveLength(before.length);
    await listed(id, plugboard.adminKey);
    const after = await reveals();
    expect(after).toHaveLength(before.length + 1);
    expect(JSON.stringify(after[0])).toContain(id);
    expect(JSON.stringify(after)).not.toContain('lg-dev-key');
  });

  it('a mask keeps what is stored, header by header; any other mask is refused', async () => {
    covers('002/put-mask');
    const { path } = await make();
    const put = (headers: object) => plugboard.call(`PUT ${path}`, { body: { headers } });
    const mixed = { authorization: masked.Authorization, 'X-New': 'a new value' };
    expect((await put(mixed)).body['headers']).toEqual({ authorization: clear.Authorization, 'X-New': 'a new value' });
    for (const headers of [
      { Authorization: 'Xe••••••••89' },
      { 'X-Unknown': '••••••••' },
      { 'X-New': masked.Authorization },
    ])
      expect(await put(headers)).toMatchObject({ status: 400 });
    expect((await put({})).body['headers']).toEqual({});
  });

  it('are dropped at another origin unless they are sent along', async () => {
    covers('002/put-origin');
    const { path } = await make();
    const put = (body: object) => plugboard.call(`PUT ${path}`, { body });
    const below = await put({ baseUrl: `${agent.url}/v2` });
    expect(below.body['headers']).toEqual(clear);
    const refused = await put({ baseUrl: 'http://127.0.0.1:8124', headers: masked });
    expect(refused.status).toBe(400);
    const sent = await put({ baseUrl: 'http://127.0.0.1:8124', headers: { 'X-API-Key': 'for the new place' } });
    expect(sent.body).toMatchObject({
      baseUrl: 'http://127.0.0.1:8124',
      headers: { 'X-API-Key': 'for the new place' },
    });
    const moved = await put({ baseUrl: agent.baseUrl });
    expect([moved.status, moved.body['headers']]).toEqual([200, {}]);
    expect((await put({ baseUrl: 'http://127.0.0.1:8124' })).body['headers']).toEqual({});
  });

  it('are shown to nobody where the workspace says never, until a person says otherwise', async () => {
    covers('002/reveal-never');
    const { id, path } = await make();
    const admin = await addPerson(plugboard, 'ADMIN');
    const manager = await addPerson(plugboard, 'MANAGER');
    const program = await plugboard.mint({ kind: 'person', role: 'ADMIN', scopes: ['workspaces:write', 'tools:call'] });
    expect((await setReveal('never', manager.token)).status).toBe(403);
    expect((await setReveal('never', program)).body).toMatchObject({ reveal_headers: 'never' });
    const count = (await reveals()).length;
    for (const key of [plugboard.adminKey, admin.token, manager.token]) expect(await listed(id, key)).toEqual(masked);
    expect((await plugboard.call(`PUT ${path}`, { body: { headers: clear } })).body['headers']).toEqual(masked);
    expect(await reveals()).toHaveLength(count);
    expect((await setReveal('managers', program)).status).toBe(403);
    expect(await listed(id, plugboard.adminKey)).toEqual(masked);
    expect((await setReveal('managers', admin.token)).body).toMatchObject({ reveal_headers: 'managers' });
    expect(await listed(id, manager.token)).toEqual(clear);
    const { body } = await plugboard.call('GET /api/v1/events?type=workspace.reveal_headers_changed');
    expect(body['data']).toMatchObject([
      { data: { from: 'never', to: 'managers' } },
      { data: { from: 'managers', to: 'never' } },
    ]);
    for (const wrong of [{}, { reveal_headers: 'everybody' }])
      expect((await plugboard.call('PATCH /api/v1/workspaces/default', { body: wrong })).status).toBe(400);
  });

  it('are in no column of any table in clear', async () => {
    covers('002/sealed', 'everywhere/7-no-secrets');
    const value = 'a header value that is nowhere';
    const { path } = await makeEndpoint(plugboard, agent.baseUrl, { headers: { 'X-Key': value } });
    await plugboard.call(`PUT ${path}`, { body: { headers: { 'X-Key': value, 'X-Other': `${value} 2` } } });
    await plugboard.call(`POST ${path}/test`);
    await plugboard.app.calls.flush();
    const db = loose(plugboard.app.storage.writer);
    for (const { name } of await db.introspection.getTables())
      expect(JSON.stringify(await db.selectFrom(name).selectAll().execute()), name).not.toContain(value);
  });

  it('of more than a thousand endpoints come in pages that say where to go on', async () => {
    covers('002/list-long', 'everywhere/9-bare-arrays');
    const { body: project } = await plugboard.call('POST /api/projects', { body: { name: 'Many', slug: 'many' } });
    const { id } = await make();
    await multiply(plugboard, { id, projectId: String(project['id']), count: 1_001 });
    const first = await plugboard.call('GET /api/projects/many/connectors');
    expect(first.body['items']).toHaveLength(1_000);
    const [, next = ''] = /<(.+)>; rel="next"/.exec(String(first.headers['link'])) ?? [];
    const rest = await plugboard.call(`GET ${next.replace(plugboard.app.config.publicUrl, '')}`);
    expect(rest.body['items']).toHaveLength(1);
    expect(rest.headers['link']).toBeUndefined();
    expect(first.text).not.toContain(JSON.stringify(rest.body['items']).slice(2, 50));
  });
});

/** Copies of an endpoint in another project, without headers. */
async function multiply(
  { app, workspaceId }: Plugboard,
  { id, projectId, count }: { readonly id: string; readonly projectId: string; readonly count: number },
): Promise<void> {
  const db = loose(app.storage.writer);
  const row = await db.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const config = JSON.stringify({ base_url: 'http://127.0.0.1:1024', headers: [], config: {} });
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  for (let from = 0; from < count; from += 500) {
    const some = ids.slice(from, from + 500);
    const copies = some.map((copy) => ({ ...row, id: copy, handle: copy.slice(-12), config }));
    await db.insertInto('connections').values(copies).execute();
    const endpoints = some.map((copy) => ({
      workspace_id: workspaceId,
      connection_id: copy,
      project_id: projectId,
      name: copy,
    }));
    await db.insertInto('agent_endpoints').values(endpoints).execute();
  }
}
