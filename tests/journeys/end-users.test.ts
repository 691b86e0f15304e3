import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { type AppBackend, appBackend, endUserPath } from '../support/app-backend.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { eventsOf, itemsIn } from '../support/revoking.ts';
import { type SignedInApi, startSignedInApi } from '../support/signed-in-api.ts';
import { Secret } from '../../server/src/lib/secret.ts';

describeOnDatabases('end users of an app', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let api: SignedInApi;
  let app: AppBackend;

  beforeAll(async () => {
    gitlab = await startGitlab();
    api = await startSignedInApi();
    const { clientId, clientSecret } = api.oidc.client;
    plugboard = await startPlugboard(await migrated(), {
      catalogDirs: [catalogFolder({ signed: api.manifest('signed') })],
      oauthApps: new Map([['signed', { clientId, clientSecret: new Secret(clientSecret) }]]),
    });
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
    return () => Promise.all([gitlab.stop(), api.stop()]);
  });

  const readIssue = (connection: string, key: string) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/get_issue/call`, {
      key,
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });

  describe('as the app names them', () => {
    it.each(['u_1', 'auth0|ann/7 ü', '../..', 'a%2Fb', 'ann@example.com', '日'.repeat(200), '{"id":1}', 'U_1'])(
      'are called so and nothing else: %s',
      async (id) => {
        covers('end-users/named');
        const said = { name: 'Ada Example', email: 'ada@example.com' };
        const put = await app.call(`PUT ${endUserPath(id)}`, said);
        expect(put).toMatchObject({ status: 200, body: { id, ...said, connections: 0, tokens: 0 } });
        expect((await app.call(`GET ${endUserPath(id)}`)).body).toEqual(put.body);
        expect(put.text).not.toContain('row');
      },
    );

    it.each(['', 'x'.repeat(201), 'two\nlines', '\u0000', '.', '..', '\ud800'])('are never called %j', async (id) => {
      covers('end-users/named');
      const body = { connectorSlug: 'gitlab', end_user: { id } };
      const answer = await app.call('POST /api/v1/connections', body);
      expect(answer.status, answer.text).toBe(400);
    });

    it('are not there before, and have what they have', async () => {
      covers('end-users/named');
      expect((await app.call('GET /api/v1/end-users/nobody')).status).toBe(404);
      expect((await app.call('DELETE /api/v1/end-users/nobody')).status).toBe(404);
      await app.begin('owner');
      await app.begin('owner', { label: 'Second' });
      await app.token('owner');
      const { body } = await app.call('GET /api/v1/end-users/owner');
      expect(body).toMatchObject({ id: 'owner', name: null, email: null, connections: 2, tokens: 1 });
    });

    it('are as was said last, whoever hears of it', async () => {
      covers('end-users/said-anew');
      const put = async (body: object) => (await app.call('PUT /api/v1/end-users/said', body)).body;
      expect(await put({ name: 'Ada' })).toMatchObject({ name: 'Ada', email: null });
      expect(await put({ email: 'ada@example.com' })).toMatchObject({ name: 'Ada', email: 'ada@example.com' });
      expect(await put({ name: null })).toMatchObject({ name: null, email: 'ada@example.com' });
      expect(await put({})).toMatchObject({ name: null, email: 'ada@example.com' });
      const events = await plugboard.call('GET /api/v1/events?type=end_user.changed&limit=3');
      expect(itemsIn(events).map(({ data }) => data)).toEqual([
        { created: false, fields: ['name'] },
        { created: false, fields: ['email'] },
        { created: true, fields: ['name'] },
      ]);
      for (const name of ['Ada', 'ada@', 'said']) expect(events.text).not.toContain(name);
      expect(await put({ name: '' })).toMatchObject({ error: { code: 'BAD_REQUEST' } });
    });

    it('are listed newest first, and found by how they begin', async () => {
      covers('end-users/listed');
      for (const [id, name] of [
        ['find_1', 'Zoë Q'],
        ['find_2', 'zora q'],
        ['Find_3', null],
      ])
        await app.call(`PUT ${endUserPath(id ?? '')}`, { name, email: `${id}@q.example` });
      const ids = async (query: string) =>
        itemsIn(await app.call(`GET /api/v1/end-users?${query}`)).map(({ id }) => id);
      expect((await ids('limit=3')).slice(0, 3)).toEqual(['Find_3', 'find_2', 'find_1']);
      expect(await ids('q=find_')).toEqual(['Find_3', 'find_2', 'find_1']);
      expect(await ids('q=ZO')).toEqual(['find_2', 'find_1']);
      expect(await ids('q=find_2@q.')).toEqual(['find_2']);
      expect(await ids('q=ind_')).toEqual([]);
      expect(await ids('q=%25')).toEqual([]);
      const first = await app.call('GET /api/v1/end-users?q=find_&limit=2');
      expect(await ids(`q=find_&limit=2&cursor=${String(first.body['next_cursor'])}`)).toEqual(['find_1']);
    });
  });

  describe('for whom the app connects', () => {
    it('have a connection that is theirs alone, which the app manages', async () => {
      covers('end-users/connection', 'end-users/theirs-alone');
      const id = await app.connect('u_1', gitlab.url);
      const record = (await app.call(`GET /api/v1/connections/${id}`)).body;
      expect(record).toMatchObject({ scope: 'personal', status: 'connected', endUser: { id: 'u_1' } });
      const admin = await addPerson(plugboard, 'ADMIN');
      const shared = { scope: 'workspace' };
      for (const key of [app.key, admin.token, plugboard.adminKey]) {
        expect((await readIssue(id, key)).status).toBe(404);
        expect((await plugboard.call(`PATCH /api/v1/connections/${id}`, { key, body: shared })).status).toBe(400);
      }
      expect((await readIssue(id, await app.token('u_1'))).body).toMatchObject({ status: 'ok' });
      expect((await readIssue(id, await app.token('u_2'))).status).toBe(404);
      expect((await app.call(`PATCH /api/v1/connections/${id}`, { label: 'Renamed' })).body).toMatchObject({
        label: 'Renamed',
      });
      expect((await app.call(`DELETE /api/v1/connections/${id}`)).body).toEqual({ deleted: true });
    });

    it('have the same one when the app asks again, whatever else it says', async () => {
      covers('end-users/connection');
      const id = await app.begin('again', { metadata: { plan: 'free' } });
      expect(await app.begin('again', { metadata: { seats: '5' } })).toBe(id);
      const { body } = await app.call(`GET /api/v1/connections/${id}`);
      expect(body).toMatchObject({ metadata: { plan: 'free', seats: '5' } });
      expect(await app.begin('another')).not.toBe(id);
    });

    it('name nobody where it is refused', async () => {
      covers('end-users/who-makes');
      const start = (key: string, body: object) =>
        plugboard.call('POST /api/v1/connections', { key, body: { connectorSlug: 'gitlab', ...body } });
      const end_user = { id: 'unnamed' };
      const member = await plugboard.mint({ kind: 'app', role: 'MEMBER' });
      const without = await plugboard.mint({ kind: 'app', scopes: ['connections:write', 'end_users:read'] });
      const agent = await plugboard.mint({ kind: 'agent' });
      for (const key of [member, without, agent, await app.token('u_1')])
        expect((await start(key, { end_user })).status).toBe(403);
      expect((await start(app.key, { end_user, connectorSlug: 'nobody-ships-it' })).status).toBe(400);
      expect((await start(app.key, { end_user, authMode: 'conn_string' })).status).toBe(400);
      expect((await start(app.key, { end_user: { ...end_user, mail: 'x' } })).status).toBe(400);
      expect((await app.call('GET /api/v1/end-users/unnamed')).status).toBe(404);
    });

    it('are sent a link to sign in with, and only oauth:direct answers for their browser', async () => {
      covers('end-users/sign-in-link');
      const body = { connectorSlug: 'signed', end_user: { id: 'signing' } };
      const begun = await app.call('POST /api/v1/connections', body);
      expect(begun.status, begun.text).toBe(201);
      const { publicUrl } = plugboard.app.config;
      expect(String(begun.body['oauthUrl'])).toMatch(new RegExp(`^${publicUrl}/link/`));
      const id = idIn(begun.body['connection']);
      const token = await app.token('signing');
      const owner = await addPerson(plugboard, 'OWNER');
      for (const key of [app.key, token, owner.token]) {
        const anew = await plugboard.call(`POST /api/v1/connections/${id}/oauth`, { key, body: {} });
        expect(String(anew.body['oauthUrl'])).toMatch(new RegExp(`^${publicUrl}/link/`));
        const device = await plugboard.call(`POST /api/v1/connections/${id}/oauth`, { key, body: { flow: 'device' } });
        expect(device.status).toBe(400);
      }
      const scopes = [
        'connections:write',
        'connections:read',
        'end_users:write',
        'end_users:read',
        'oauth:direct',
      ] as const;
      const direct = await plugboard.mint({ kind: 'app', scopes });
      const sent = await plugboard.call('POST /api/v1/connections', { key: direct, body });
      expect(String(sent.body['oauthUrl'])).toContain(api.oidc.endpoints.authorization);
      const stands = await plugboard.call(`GET /api/v1/connections/${id}/oauth`, { key: direct });
      expect(stands.body).toMatchObject({ oauthUrl: sent.body['oauthUrl'] });
      const page = await plugboard.call(`GET /connect/${id}`, {
        key: '',
        headers: { cookie: await owner.browse(publicUrl), accept: 'text/html' },
      });
      expect(page.text).toContain('There is nothing to sign in to');
      const nothing = await plugboard.call(`GET /api/v1/connections/${id}/oauth`, { key: owner.token });
      expect(nothing.body).toMatchObject({ oauthUrl: null });
    });

    it('act within their token', async () => {
      covers('end-users/token-limits');
      const key = await app.token('narrow', { connectors: ['github'] });
      const start = (body: object) => plugboard.call('POST /api/v1/connections', { key, body });
      expect((await start({ connectorSlug: 'gitlab' })).status).toBe(403);
      expect((await start({ connectorSlug: 'github', metadata: { plan: 'pro' } })).status).toBe(403);
      expect((await start({ connectorSlug: 'github', end_user: { id: 'u_1' } })).status).toBe(403);
      const begun = await start({ connectorSlug: 'github', authMode: 'pat' });
      expect(begun.body['connection']).toMatchObject({ endUser: { id: 'narrow' }, metadata: {} });
      await app.begin('narrow');
      const listed = await plugboard.call('GET /api/v1/connections', { key });
      expect(listed.body['items']).toMatchObject([{ id: idIn(begun.body['connection']) }]);
      const id = idIn(begun.body['connection']);
      const edited = await plugboard.call(`PATCH /api/v1/connections/${id}`, { key, body: { metadata: { a: 'b' } } });
      expect(edited.status).toBe(403);
      for (const path of ['/api/v1/end-users', endUserPath('narrow'), '/api/v1/connections?scope=end_users'])
        expect((await plugboard.call(`GET ${path}`, { key })).status).toBe(403);
    });
  });

  it('of another workspace who are called the same are others', async () => {
    covers('end-users/tenants');
    const there = await anotherWorkspace(plugboard);
    const elsewhere = await appBackend(
      there,
      String((await there.call('POST /api/v1/api-keys', { body: { name: 'App', kind: 'app' } })).body['key']),
    );
    const [mine, theirs] = [await app.begin('same'), await elsewhere.begin('same')];
    await app.call('PUT /api/v1/end-users/same', { name: 'Mine' });
    expect((await elsewhere.call('GET /api/v1/end-users/same')).body).toMatchObject({ name: null, connections: 1 });
    expect(await elsewhere.listed('?end_user=same')).toEqual([theirs]);
    expect(await elsewhere.listed('?scope=end_users')).toEqual([theirs]);
    expect((await elsewhere.call(`GET /api/v1/connections/${mine}`)).status).toBe(404);
    expect((await elsewhere.call('DELETE /api/v1/end-users/same')).body).toMatchObject({
      connections: [{ id: theirs }],
    });
    expect((await app.call('GET /api/v1/end-users/same')).body).toMatchObject({ name: 'Mine', connections: 1 });
    expect((await app.call(`GET /api/v1/connections/${mine}`)).body).toMatchObject({ endUser: { id: 'same' } });
    expect(await eventsOf(plugboard, `connection:${mine}`)).toEqual(['connection.started']);
  });
});
