import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { type AppBackend, appBackend } from '../support/app-backend.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { newConnectionRow } from '../support/new-connection.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { eventsOf, itemsIn } from '../support/revoking.ts';
import { findEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { insertConnection } from '../../server/src/connections/connection-store.ts';

describeOnDatabases('what belongs to end users', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let app: AppBackend;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
    return () => gitlab.stop();
  });

  it('carries what the app writes on it', async () => {
    covers('end-users/metadata');
    const id = await app.begin('tagged', { metadata: { plan: 'free', region: 'eu' } });
    const write = (metadata: unknown) => app.call(`PATCH /api/v1/connections/${id}`, { metadata });
    const written = await write({ plan: 'pro', region: null, note: 'a\nb' });
    expect(written.body).toMatchObject({ metadata: { plan: 'pro', note: 'a\nb' } });
    expect(await write({ plan: 'pro' })).toMatchObject({ status: 200 });
    expect(await eventsOf(plugboard, `connection:${id}`)).toEqual(['connection.started', 'connection.changed']);
    const changed = await plugboard.call(`GET /api/v1/events?type=connection.changed&subject=connection:${id}`);
    expect(itemsIn(changed)).toMatchObject([{ data: { changes: ['metadata'] } }]);
    expect(changed.text).not.toContain('pro');
  });

  it.each([
    ['too long a key', { [`k${'x'.repeat(40)}`]: 'v' }],
    ['an empty key', { '': 'v' }],
    ['a key of two lines', { 'a\nb': 'v' }],
    ['too long a value', { k: 'x'.repeat(501) }],
    ['a number', { k: 5 }],
    ['more than fifty keys', Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 'v']))],
    ['a list', ['v']],
  ])('carries nothing that has %s', async (_what, metadata) => {
    covers('end-users/metadata');
    const body = { connectorSlug: 'gitlab', end_user: { id: 'odd' }, metadata };
    expect((await app.call('POST /api/v1/connections', body)).status).toBe(400);
  });

  it('carries fifty keys at most, however many at once write some', async () => {
    covers('end-users/metadata');
    const id = await app.begin('full');
    const write = (from: number) =>
      app.call(`PATCH /api/v1/connections/${id}`, {
        metadata: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`k${from + at}`, 'v'])),
      });
    const answers = await Promise.all([0, 10, 20, 30, 40, 50].map(write));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 400]);
    const { metadata } = (await app.call(`GET /api/v1/connections/${id}`)).body;
    expect(Object.keys(Object(metadata))).toHaveLength(50);
  });

  it('is found by end user, connector and metadata, all of what is asked', async () => {
    covers('end-users/filters');
    const first = await app.begin('f_1', { metadata: { team: 'red', plan: 'pro' } });
    const second = await app.begin('f_1', { label: 'Second', metadata: { team: 'red', plan: 'free' } });
    const other = await app.begin('f_2', { metadata: { team: 'red', plan: 'pro', 'a]b': 'ü & =' } });
    expect(await app.listed('?end_user=f_1')).toEqual([second, first]);
    expect(await app.listed('?end_user=f_1&scope=end_users&metadata[plan]=pro')).toEqual([first]);
    expect(await app.listed('?scope=end_users&metadata[team]=red')).toEqual([other, second, first]);
    expect(await app.listed('?scope=end_users&metadata[team]=red&metadata[plan]=pro')).toEqual([other, first]);
    expect(await app.listed(`?scope=end_users&${new URLSearchParams({ 'metadata[a]b]': 'ü & =' })}`)).toEqual([other]);
    expect(await app.listed('?scope=end_users&metadata[team]=re')).toEqual([]);
    expect(await app.listed('?scope=end_users&metadata[team]=red&connector=github')).toEqual([]);
    expect(await app.listed('?end_user=nobody')).toEqual([]);
    expect(await app.listed('')).toEqual([]);
    await app.call(`PATCH /api/v1/connections/${other}`, { metadata: { team: 'blue' } });
    expect(await app.listed('?scope=end_users&metadata[team]=red')).toEqual([second, first]);
    await app.call(`DELETE /api/v1/connections/${first}`);
    expect(await app.listed('?scope=end_users&metadata[team]=red')).toEqual([second]);
  });

  it('is found by nobody whose business it is not, and by nothing that is no filter', async () => {
    covers('end-users/filters');
    const member = await addPerson(plugboard, 'MEMBER');
    const blind = await plugboard.mint({ kind: 'app', scopes: ['connections:read', 'calls:read'] });
    for (const key of [member.token, blind])
      for (const path of ['connections?scope=end_users', 'connections?end_user=f_1', 'calls?end_user=f_1'])
        expect(
          (
            await plugboard.call(`GET /api/v1/${path}`, {
              key: key === member.token && path.startsWith('calls') ? key : key,
            })
          ).status,
        ).toBe(403);
    const twice = 'metadata[a]=1&metadata[a]=2';
    for (const query of [twice, 'metadata=x', 'metadata[]=x', 'end_user=f_1&scope=workspace', 'end_user='])
      expect((await app.call(`GET /api/v1/connections?${query}`)).status, query).toBe(400);
  });

  it('is listed page by page, where it is more than one answer holds', async () => {
    covers('end-users/filters');
    const db = plugboard.app.storage.workspace(plugboard.workspaceId);
    await app.call('PUT /api/v1/end-users/many', {});
    const endUser = await findEndUser(db, 'many');
    const owner = { owner_user_id: endUser?.id ?? '', end_user_id: endUser?.id ?? '', end_user_external_id: 'many' };
    await db.transact(async (trx) => {
      for (let count = 0; count < 1_203; count += 1)
        await insertConnection(trx, newConnectionRow({ ...owner, metadata: '{"batch":"b","odd":"o"}' }));
    });
    for (const query of ['?end_user=many', '?scope=end_users&metadata[batch]=b&metadata[odd]=o']) {
      const first = await app.call(`GET /api/v1/connections${query}`);
      const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers['link'])) ?? [];
      const { pathname, search } = new URL(next);
      const second = await app.call(`GET ${pathname}${search}`);
      const ids = [first, second]
        .flatMap(({ body }) => (Array.isArray(body['items']) ? body['items'] : []))
        .map(({ id }) => id);
      expect(new Set(ids).size).toBe(1_203);
      expect(second.headers['link']).toBeUndefined();
    }
    await loose(plugboard.app.storage.writer)
      .deleteFrom('connections')
      .where('end_user_external_id', '=', 'many')
      .execute();
  });

  it('is called by whom the calls name', async () => {
    covers('end-users/calls');
    const id = await app.connect('caller', gitlab.url);
    const mine = await connectGitlab(plugboard, gitlab.url, { label: 'Mine' });
    const read = (connection: string, key: string) =>
      plugboard.call(`POST /api/v1/connections/${connection}/tools/get_issue/call`, {
        key,
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });
    const key = await app.token('caller');
    expect((await read(id, key)).status).toBe(200);
    expect((await read(mine, plugboard.adminKey)).status).toBe(200);
    const calls = async (query: string) => itemsIn(await app.call(`GET /api/v1/calls?${query}`));
    expect(await calls('end_user=caller')).toMatchObject([{ connection_id: id, end_user: { id: 'caller' } }]);
    expect(await calls(`connection_id=${mine}`)).toMatchObject([{ end_user: null }]);
    expect(await calls('end_user=nobody')).toEqual([]);
    const blind = await plugboard.mint({ kind: 'app', scopes: ['calls:read'] });
    const unknown = await plugboard.call(`GET /api/v1/calls?connection_id=${id}`, { key: blind });
    expect(itemsIn(unknown)).toMatchObject([{ end_user: null }]);
  });
});
