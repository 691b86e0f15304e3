import { setTimeout } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { connectGitlab, idIn, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, startEndUserAsking } from '../support/end-user-asking.ts';
import { loose } from '../support/loose-database.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson } from '../support/people.ts';
import type { ApiAnswer } from '../support/plugboard.ts';

const issue = { project: 'acme/api', issue_iid: 1 };

describeOnDatabases('the token of an end user', ({ migrated }) => {
  let asking: EndUserAsking;
  let ada: AppUser;
  let bea: AppUser;
  /** Of the workspace. */
  let shared: string;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated(), { rateLimit: 10_000 });
    shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    [ada, bea] = [await asking.addUser('u_1'), await asking.addUser('u_2')];
    return () => asking.gitlab.stop();
  });

  const call = (operation: string, key: string, body?: unknown): Promise<ApiAnswer> =>
    asking.plugboard.call(operation, { key, ...(body !== undefined && { body }) });
  const mint = (body: object, key = asking.app) => call('POST /api/v1/user-tokens', key, body);
  const read = (where: string, key: string) =>
    call(`POST /api/v1/connections/${where}/tools/get_issue/call`, key, { arguments: issue });
  const listed = async (key: string): Promise<readonly string[]> => {
    const { body } = await call('GET /api/v1/tools', key);
    const tools = Array.isArray(body['data']) ? body['data'] : [];
    return [...new Set(tools.map(({ name }) => String(name).split('__')[0] ?? ''))];
  };
  const withMcp = async <T>(key: string, use: (client: Client) => Promise<T>): Promise<T> => {
    const client = await mcpClient(asking.plugboard.publicUrl, key);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };

  it('is made for somebody the app names, shown once, and known by its hash alone', async () => {
    covers('user-tokens/mint', 'everywhere/1-user-token');
    const made = await mint({ end_user: { id: 'u_new', name: 'Cy', email: 'cy@example.com' }, expires_in: 900 });
    expect(made).toMatchObject({
      status: 201,
      body: { token: expect.stringMatching(/^pbu_[\w-]{43}$/), end_user: { id: 'u_new', name: 'Cy' } },
    });
    const left = Date.parse(String(made.body['expires_at'])) - Date.now();
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
    const short = await mint({ end_user: 'u_new' });
    expect(short.body['end_user']).toEqual({ id: 'u_new', name: 'Cy', email: 'cy@example.com' });
    expect(Date.parse(String(short.body['expires_at'])) - Date.now()).toBeGreaterThan(3_590_000);
    const { storage } = asking.plugboard.app;
    const rows = JSON.stringify(await storage.rows.selectFrom('user_tokens').selectAll().execute());
    const events = JSON.stringify(await storage.rows.selectFrom('events').selectAll().execute());
    for (const { body } of [made, short]) for (const kept of [rows, events]) expect(kept).not.toContain(body['token']);
    expect(events).toContain('user_token.created');
    expect(events).not.toContain('cy@example.com');
  });

  it.each<readonly [what: string, body: object]>([
    ['nobody', {}],
    ['an empty id', { end_user: { id: '' } }],
    ['an id of two lines', { end_user: { id: 'a\nb' } }],
    ['an unknown connector', { end_user: 'u_1', connectors: ['no-such-connector'] }],
    ['too short a life', { end_user: 'u_1', expires_in: 59 }],
    ['too long a life', { end_user: 'u_1', expires_in: 86_401 }],
    ['a life that is no whole number', { end_user: 'u_1', expires_in: 60.5 }],
    ['a connection that is no id', { end_user: 'u_1', connections: ['gitlab'] }],
    ['a connection that is nowhere', { end_user: 'u_1', connections: ['0190a2b4-0000-7000-8000-000000000000'] }],
    ['metadata that are no texts', { end_user: 'u_1', metadata: { plan: 1 } }],
    ['a field nobody knows', { end_user: 'u_1', role: 'OWNER' }],
  ])('is not made of %s', async (_what, body) => {
    covers('user-tokens/bad-wish');
    expect(await mint(body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('is made with many others at once, of which none fails for another', async () => {
    covers('user-tokens/mint');
    await mint({ end_user: 'u_gone' });
    await call('DELETE /api/v1/end-users/u_gone', asking.app);
    const { rows } = asking.plugboard.app.storage;
    const erased = rows.selectFrom('end_users').select('external_id').where('erased_at', 'is not', null);
    const { external_id: pseudonym } = await erased.executeTakeFirstOrThrow();
    const wishes = Array.from({ length: 100 }, (_, n) => ({ end_user: { id: `u_many_${n % 10}` } }));
    const named = { end_user: { id: 'u_many_1', name: 'One', email: 'one@example.com' } };
    const made = await Promise.all([named, ...wishes, { end_user: pseudonym }].map((wish) => mint(wish)));
    expect(made.map(({ status }) => status)).toEqual([...Array(101).fill(201), 400]);
    expect(new Set(made.slice(0, 101).map((answer) => answer.body['token'])).size).toBe(101);
    for (const [place, { id }] of wishes.map(({ end_user }) => end_user).entries())
      expect(made[place + 1]?.body['end_user']).toMatchObject({ id });
    const one = await call('GET /api/v1/user-tokens?end_user=u_many_1&limit=1', asking.app);
    expect(one.body['data']).toMatchObject([{ end_user: { name: 'One', email: 'one@example.com' } }]);
  });

  it('is made by the app’s key and nobody who is less', async () => {
    covers('user-tokens/who-mints');
    const agent = await asking.plugboard.mint({ by: asking.owner.token });
    const member = await addPerson(asking.plugboard, 'MEMBER');
    for (const key of [agent, member.token, ada.token, asking.decider])
      expect((await mint({ end_user: 'u_1' }, key)).status).toBe(403);
    const asAgent = { name: 'Agent', kind: 'agent', scopes: ['user_tokens:write'] };
    expect((await call('POST /api/v1/api-keys', asking.owner.token, asAgent)).status).toBe(400);
    const manager = await addPerson(asking.plugboard, 'MANAGER');
    expect((await mint({ end_user: 'u_1' }, manager.token)).status).toBe(201);
  });

  it('reaches at MCP the end user’s own connections under steady names, and calls them', async () => {
    covers('user-tokens/reach', 'user-tokens/steady-names');
    for (const { token } of [ada, bea])
      await withMcp(token, async (client) => {
        const { tools } = await client.listTools();
        const at = new Set(tools.map(({ name }) => name.split('__')[0]));
        expect([...at]).toEqual(['gitlab', 'plugboard']);
        const result = await client.callTool({ name: 'gitlab__get_issue', arguments: issue });
        expect(JSON.stringify(result)).toContain('Login fails');
      });
    const { body } = await call(`GET /api/v1/connections/${bea.connection}`, bea.token);
    expect(body['handle']).not.toBe('gitlab');
    expect((await read('gitlab', bea.token)).body).toMatchObject({ status: 'ok' });
    expect((await read(String(body['handle']), bea.token)).body).toMatchObject({ status: 'ok' });
    const calls = await call('GET /api/v1/calls', bea.token);
    expect(calls.text).toContain(bea.connection);
    for (const other of [ada.connection, shared]) expect(calls.text).not.toContain(other);
  });

  it('reaches by REST and the raw proxy its own, and what was named for it besides', async () => {
    covers('user-tokens/reach', 'user-tokens/named');
    const both = await asking.mintToken('u_1', { connections: [shared] });
    const raw = (id: string, key: string) =>
      call(`GET /api/v1/connections/${id}/proxy/projects/acme%2Fapi/issues`, key);
    for (const id of [ada.connection, shared]) {
      expect((await read(id, both)).body).toMatchObject({ status: 'ok' });
      expect((await raw(id, both)).status).toBe(200);
    }
    expect((await listed(both)).length).toBe(2);
    expect(await listed(ada.token)).toEqual(['gitlab']);
    for (const [id, key] of [
      [shared, ada.token],
      [bea.connection, both],
      [ada.connection, bea.token],
    ] as const) {
      expect((await read(id, key)).status).toBe(404);
      expect((await raw(id, key)).status).toBe(404);
      expect((await call(`GET /api/v1/connections/${id}`, key)).status).toBe(404);
      expect((await call(`GET /api/v1/connections/${id}/tools`, key)).status).toBe(404);
      expect((await call(`GET /v1/tools/connectors/_/operations?connection_id=${id}`, key)).status).toBe(404);
    }
  });

  it('may use what was named and not touch it', async () => {
    covers('user-tokens/named-is-no-ownership');
    const both = await asking.mintToken('u_1', { connections: [shared] });
    expect((await call(`GET /api/v1/connections/${shared}`, both)).status).toBe(200);
    const changes = [
      call(`PATCH /api/v1/connections/${shared}`, both, { label: 'Mine' }),
      call(`PATCH /api/v1/connections/${shared}`, both, { scope: 'personal' }),
      call(`PATCH /api/v1/connections/${shared}/tools/get_issue`, both, { disabled: true }),
      call(`POST /api/v1/connections/${shared}/credentials`, both, { fields: { token: 'mine' } }),
      call(`DELETE /api/v1/connections/${shared}`, both),
    ];
    for (const { status } of await Promise.all(changes)) expect(status).toBe(403);
    expect((await read(shared, both)).body).toMatchObject({ status: 'ok' });
  });

  it('names nothing that whoever makes it may not use', async () => {
    covers('user-tokens/named');
    const { owner, plugboard, gitlab, app } = asking;
    const own = await connectGitlab(plugboard, gitlab.url, { key: owner.token, label: 'Own' });
    const other = await connectGitlab(plugboard, gitlab.url, { label: 'Of the first owner' });
    const abroad = await anotherWorkspace(plugboard);
    const foreign = await connectGitlab(abroad, gitlab.url);
    for (const id of [ada.connection, bea.connection, other, foreign])
      expect(await mint({ end_user: 'u_1', connections: [shared, id] })).toMatchObject({ status: 400 });
    const named = await mint({ end_user: 'u_1', connections: [own] }, app);
    expect((await read(own, String(named.body['token']))).body).toMatchObject({ status: 'ok' });
  });

  it('loses what was named once it is deleted or becomes somebody’s own', async () => {
    covers('user-tokens/named-later');
    const { plugboard, gitlab } = asking;
    const [first, second] = [await installGitlab(plugboard, gitlab.url), await installGitlab(plugboard, gitlab.url)];
    const token = await asking.mintToken('u_1', { connections: [first, second] });
    for (const id of [first, second]) expect((await read(id, token)).body).toMatchObject({ status: 'ok' });
    await plugboard.call(`DELETE /api/v1/connections/${first}`);
    expect((await plugboard.call(`PATCH /api/v1/connections/${second}`, { body: { scope: 'personal' } })).status).toBe(
      200,
    );
    for (const id of [first, second]) expect((await read(id, token)).status).toBe(404);
  });

  it('for some connectors sees, uses and begins no other', async () => {
    covers('user-tokens/connectors');
    const narrow = String((await mint({ end_user: 'u_1', connectors: ['github'] })).body['token']);
    expect(await listed(narrow)).toEqual([]);
    expect((await call('GET /api/v1/connections', narrow)).text).toBe('[]');
    expect((await read(ada.connection, narrow)).status).toBe(404);
    expect((await call(`DELETE /api/v1/connections/${ada.connection}`, narrow)).status).toBe(404);
    const begin = (connectorSlug: string) => call('POST /api/v1/connections', narrow, { connectorSlug });
    expect((await begin('gitlab')).status).toBe(403);
    expect((await begin('github')).status).toBe(201);
    const fitting = String((await mint({ end_user: 'u_1', connectors: ['gitlab'] })).body['token']);
    expect((await read('gitlab', fitting)).body).toMatchObject({ status: 'ok' });
  });

  it('shows nothing of other end users and of the workspace in any list or message', async () => {
    covers('user-tokens/isolation');
    const lists = ['/api/v1/connections', '/api/v1/tools', '/v1/tools', '/v1/tools/search?q=issue', '/api/v1/calls'];
    for (const path of [...lists, '/api/v1/approvals', '/api/v1/me']) {
      const { status, text } = await call(`GET ${path}`, bea.token);
      expect(status, path).toBe(200);
      for (const foreign of [ada.connection, shared, 'u_1', asking.owner.userId]) expect(text).not.toContain(foreign);
    }
    const { body } = await asking.plugboard.call(`GET /api/v1/connections/${shared}`);
    const byHandle = await read(String(body['handle']), bea.token);
    const invented = await read('gitlab-999', bea.token);
    if (body['handle'] !== 'gitlab') expect(byHandle.status).toBe(404);
    expect(invented.status).toBe(404);
    expect((await call('GET /api/v1/connections?scope=workspace', bea.token)).status).toBe(403);
  });

  it('says who it is, and that this is no member', async () => {
    const { body } = await call('GET /api/v1/me', ada.token);
    expect(body).toMatchObject({
      person: null,
      end_user: { id: 'u_1' },
      via: 'user_token',
      principal: expect.stringMatching(/^end_user:/),
      workspaces: [],
      caller: { role: 'MEMBER', operator: false, key: null, crew_ids: [] },
    });
    const apiKey = await asking.plugboard.call('GET /api/v1/me', { key: '', headers: { 'x-api-key': ada.token } });
    expect(apiKey.body['end_user']).toEqual(body['end_user']);
    expect((await call('GET /api/v1/me?workspace_id=another', ada.token)).status).toBe(403);
  });

  describe('ends', () => {
    const works = async (key: string) => (await call('GET /api/v1/me', key)).status;
    const made = async (id: string, key = asking.app) => {
      const { body } = await mint({ end_user: { id } }, key);
      return { id: String(body['id']), token: String(body['token']) };
    };

    it('alone, or with all of its end user, and once', async () => {
      covers('user-tokens/revoke');
      const [first, second, other] = [await made('u_ends'), await made('u_ends'), await made('u_stays')];
      expect(await works(first.token)).toBe(200);
      expect((await call(`DELETE /api/v1/user-tokens/${first.id}`, asking.app)).status).toBe(204);
      expect([await works(first.token), await works(second.token)]).toEqual([401, 200]);
      expect((await call(`DELETE /api/v1/user-tokens/${first.id}`, asking.app)).status).toBe(404);
      const all = await call('DELETE /api/v1/user-tokens?end_user=u_ends', asking.app);
      expect(all).toMatchObject({ status: 200, body: { revoked: 1 } });
      expect([await works(second.token), await works(other.token)]).toEqual([401, 200]);
      expect((await call('DELETE /api/v1/user-tokens?end_user=nobody', asking.app)).status).toBe(404);
      expect((await call('DELETE /api/v1/user-tokens', asking.app)).status).toBe(400);
    });

    it('by itself when its time is over', async () => {
      covers('user-tokens/mint');
      const { token, id } = await made('u_over');
      const { storage } = asking.plugboard.app;
      const soon = new Date(Date.now() + 300).toISOString();
      await storage.transact((trx) =>
        loose(trx.rows).updateTable('user_tokens').set({ expires_at: soon }).where('id', '=', id).execute(),
      );
      await setTimeout(400);
      expect(await works(token)).toBe(401);
    });

    it('with the key that made it, and with the person who did', async () => {
      covers('user-tokens/maker');
      const { plugboard, owner } = asking;
      const minted = await call('POST /api/v1/api-keys', owner.token, { name: 'App', kind: 'app' });
      const byKey = await made('u_maker', String(minted.body['key']));
      const manager = await addPerson(plugboard, 'MANAGER');
      const byPerson = await made('u_maker', manager.token);
      expect([await works(byKey.token), await works(byPerson.token)]).toEqual([200, 200]);
      await call(`DELETE /api/v1/api-keys/${idIn(minted.body['api_key'])}`, owner.token);
      await call(`DELETE /api/v1/members/${manager.userId}`, owner.token);
      expect([await works(byKey.token), await works(byPerson.token)]).toEqual([401, 401]);
    });
  });

  it('is counted with every other of its end user, and with nobody else’s', async () => {
    covers('user-tokens/limits');
    const left = async (key: string) => Number((await call('GET /api/v1/me', key)).headers['x-ratelimit-remaining']);
    const [first, second] = [await asking.mintToken('u_counted'), await asking.mintToken('u_counted')];
    expect(await left(first)).toBe(9_999);
    expect(await left(second)).toBe(9_998);
    expect(await left(first)).toBe(9_997);
    expect(await left(await asking.mintToken('u_another'))).toBe(9_999);
  });

  it('is listed in pages, of one end user where named, without the token', async () => {
    covers('user-tokens/list');
    const tokens = [];
    for (let n = 0; n < 3; n += 1)
      tokens.push(
        await mint({ end_user: 'u_listed', metadata: { n: `${n}` }, connections: [shared], agent: 'helpdesk' }),
      );
    const page = await call('GET /api/v1/user-tokens?end_user=u_listed&limit=2', asking.app);
    expect(page.body['data']).toMatchObject([{ metadata: { n: '2' } }, { metadata: { n: '1' }, agent: 'helpdesk' }]);
    const next = `GET /api/v1/user-tokens?end_user=u_listed&limit=2&cursor=${String(page.body['next_cursor'])}`;
    const rest = await call(next, asking.app);
    expect(rest.body).toMatchObject({ data: [{ metadata: { n: '0' }, connections: [shared] }], next_cursor: null });
    for (const { body } of tokens) expect(page.text + rest.text).not.toContain(body['token']);
    expect((await call('GET /api/v1/user-tokens?limit=100', asking.app)).text).toContain('u_listed');
    expect((await call('GET /api/v1/user-tokens?end_user=nobody', asking.app)).body['data']).toEqual([]);
  });

  it('is not made twice for one Idempotency-Key, nor shown again', async () => {
    covers('user-tokens/replay');
    const send = () =>
      asking.plugboard.call('POST /api/v1/user-tokens', {
        key: asking.app,
        body: { end_user: 'u_once' },
        headers: { 'idempotency-key': 'mint-once' },
      });
    const first = await send();
    expect(first.status).toBe(201);
    const again = await send();
    expect(again).toMatchObject({ status: 409, body: { error: { reason: 'shown_once', id: first.body['id'] } } });
    expect(again.text).not.toContain(first.body['token']);
    const { body } = await call('GET /api/v1/user-tokens?end_user=u_once', asking.app);
    expect(body['data']).toHaveLength(1);
  });
});
