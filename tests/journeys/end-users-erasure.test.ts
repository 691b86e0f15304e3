import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { findEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { keepFile } from '../../server/src/files/keep-file.ts';
import { beginErasure } from '../../server/src/tools/erasing/begin-erasure.ts';
import { finishErasure } from '../../server/src/tools/erasing/finish-erasure.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { type AppBackend, appBackend, endUserPath } from '../support/app-backend.ts';
import { sealNow, verify } from '../support/audit.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { newCaller } from '../support/new-caller.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { itemsIn } from '../support/revoking.ts';

describeOnDatabases('an end user who is erased', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let app: AppBackend;
  let elsewhere: AppBackend;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
    const there = await anotherWorkspace(plugboard);
    const minted = await there.call('POST /api/v1/api-keys', { body: { name: 'App', kind: 'app' } });
    elsewhere = await appBackend(there, String(minted.body['key']));
    return () => gitlab.stop();
  });

  const erase = (id: string) => app.call(`DELETE ${endUserPath(id)}`);

  /** Every text of the database. */
  async function everything(): Promise<string> {
    await plugboard.app.calls.flush();
    const db = loose(plugboard.app.storage.rows);
    const tables = await db.introspection.getTables();
    const rows = await Promise.all(tables.map(({ name }) => db.selectFrom(name).selectAll().execute()));
    return JSON.stringify(rows);
  }

  interface Living {
    readonly connection: string;
    readonly token: string;
  }

  /** What an answer to a call of theirs leaves where it holds a file. */
  async function keepFileOf(id: string): Promise<void> {
    const db = plugboard.app.storage.workspace(plugboard.workspaceId);
    const userId = (await findEndUser(db, id))?.id ?? '';
    const bytes = (async function* () {
      yield Buffer.from(`Bytes of ${id}`);
    })();
    const room = { ...plugboard.app, db, caller: { principal: `end_user:${userId}`, userId } };
    await keepFile(room, { name: `${id}.txt`, bytes });
  }

  /** Somebody who did a bit of everything. */
  async function live(id: string): Promise<Living> {
    await app.call(`PUT ${endUserPath(id)}`, { name: `Name of ${id}`, email: `${id}@mail.example` });
    const about = { label: `Label of ${id}`, metadata: { who: `Metadata of ${id}` } };
    const connection = await app.connect(id, gitlab.url, about);
    const token = await app.token(id, { metadata: { who: `Token of ${id}` } });
    const call = (tool: string, args: object, headers: Record<string, string> = {}) =>
      plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
        key: token,
        body: { arguments: { project: 'acme/api', ...args } },
        headers,
      });
    expect((await call('get_issue', { issue_iid: 1 }, { 'idempotency-key': `key-of-${id}` })).status).toBe(200);
    expect((await call('create_issue', { title: `Title of ${id}` })).status).toBe(202);
    const link = await app.call('POST /api/v1/connect-links', { end_user: { id }, metadata: { who: `Link of ${id}` } });
    expect(link.status, link.text).toBe(201);
    await keepFileOf(id);
    return { connection, token };
  }

  it('is named nowhere any more, has nothing left that works, and the records still verify', async () => {
    covers('end-users/erased', 'end-users/receipt', 'end-users/erased-verifies');
    const id = 'erased|user-4711';
    const { connection, token } = await live(id);
    await app.begin('other|user-4712');
    await sealNow(plugboard.app, plugboard.workspaceId);
    expect(await everything()).toContain(id);
    const { status, body } = await erase(id);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        end_user: expect.stringMatching(/^erased-/),
        connections: [{ id: connection, connector: 'gitlab' }],
        tokens: 1,
        links: 1,
        approvals: 1,
        files: 1,
        calls: 2,
        revocation_id: expect.any(String),
        finished_at: expect.any(String),
      },
    });
    expect(Number(body['events'])).toBeGreaterThan(2);
    const after = await everything();
    expect(after.match(/.{40}4711.{40}/g)).toBeNull();
    expect(after).toContain('4712');
    expect((await app.call(`GET ${endUserPath(id)}`)).status).toBe(404);
    expect((await app.call(`GET /api/v1/connections/${connection}`)).status).toBe(404);
    expect((await plugboard.call('GET /api/v1/connections', { key: token })).status).toBe(401);
    await sealNow(plugboard.app, plugboard.workspaceId);
    expect(await verify(plugboard)).toMatchObject({ ok: true, said: [] });
    const told = itemsIn(await plugboard.call('GET /api/v1/events?type=end_user.erased'));
    expect(told).toMatchObject([{ subject: `end_user:${String(body['end_user'])}`, data: { tokens: 1, calls: 2 } }]);
    const calls = itemsIn(await app.call(`GET /api/v1/calls?connection_id=${connection}`));
    expect(calls.map(({ user_id, end_user }) => [user_id, end_user])).toEqual([
      [body['end_user'], null],
      [body['end_user'], null],
    ]);
  });

  it('waits for nothing any more', async () => {
    covers('end-users/erased');
    await live('waiting-5001');
    const waiting = async () =>
      (await plugboard.call('GET /api/v1/approvals?status=pending', { key: plugboard.adminKey })).text;
    await erase('waiting-5001');
    const pending = loose(plugboard.app.storage.rows)
      .selectFrom('approvals')
      .select('id')
      .where('status', '=', 'pending');
    expect(await pending.execute()).toEqual([]);
    expect(await waiting()).not.toContain('5001');
  });

  it('has the same receipt whenever the app asks again, and is another one when it names them anew', async () => {
    covers('end-users/receipt', 'end-users/erased-anew');
    await live('twice-6001');
    const [first, second] = await Promise.all([erase('twice-6001'), erase('twice-6001')]);
    const again = await erase('twice-6001');
    expect([first.status, second.status, again.status]).toEqual([200, 200, 200]);
    for (const { body } of [first, second])
      expect({ ...body, connections: null }).toEqual({ ...again.body, connections: null });
    const told = itemsIn(await plugboard.call('GET /api/v1/events?type=end_user.erased'));
    expect(told.filter(({ subject }) => subject === `end_user:${String(again.body['end_user'])}`)).toHaveLength(1);
    await app.begin('twice-6001');
    expect((await app.call('GET /api/v1/end-users/twice-6001')).body).toMatchObject({
      connections: 1,
      tokens: 0,
      name: null,
    });
    const anew = await erase('twice-6001');
    expect(anew.body['end_user']).not.toBe(again.body['end_user']);
    expect((await erase('TWICE-6001')).status).toBe(404);
  });

  it('leaves whoever is called the same in another workspace alone', async () => {
    covers('end-users/tenants');
    await live('shared-7001');
    const theirs = await elsewhere.begin('shared-7001', { metadata: { who: 'theirs' } });
    const token = await elsewhere.token('shared-7001');
    await erase('shared-7001');
    expect(await elsewhere.listed('?end_user=shared-7001')).toEqual([theirs]);
    expect((await plugboard.call(`GET /api/v1/connections/${theirs}`, { key: token })).body).toMatchObject({
      endUser: { id: 'shared-7001' },
      metadata: { who: 'theirs' },
    });
  });

  it('cannot be called like the pseudonym of somebody', async () => {
    covers('end-users/erased-anew');
    await app.call('PUT /api/v1/end-users/pseudonym', {});
    await erase('pseudonym');
    const rows = await loose(plugboard.app.storage.rows)
      .selectFrom('end_users')
      .select('external_id')
      .where('erased_at', 'is not', null)
      .execute();
    for (const { external_id: id } of rows)
      expect((await app.call(`PUT ${endUserPath(String(id))}`, { name: 'Back' })).status).toBe(400);
  });

  describe('while something is begun for them', () => {
    it('gets nothing of it, or loses it again', async () => {
      covers('end-users/erased-meanwhile');
      await app.call('PUT /api/v1/end-users/racing-8001', {});
      const body = (label: string) => ({ connectorSlug: 'gitlab', label, end_user: { id: 'racing-8001' } });
      const begun = Array.from({ length: 12 }, (_, at) => app.call('POST /api/v1/connections', body(`Race ${at}`)));
      const [erased, ...answers] = await Promise.all([erase('racing-8001'), ...begun]);
      expect(erased.status).toBe(200);
      for (const { status } of answers) expect([201, 409]).toContain(status);
      const { connections } = (await erase('racing-8001')).body;
      const live = await loose(plugboard.app.storage.rows)
        .selectFrom('connections')
        .innerJoin('end_users', 'end_users.id', 'connections.end_user_id')
        .select('connections.id')
        .where('connections.deleted_at', 'is', null)
        .where('end_users.erased_at', 'is not', null)
        .execute();
      expect(live).toEqual([]);
      expect(Array.isArray(connections)).toBe(true);
    });

    it('is erased from what is put on record late, too', async () => {
      covers('end-users/erased');
      const { app: parts, workspaceId } = plugboard;
      await live('late-9001');
      const db = parts.storage.workspace(workspaceId);
      const ctx = { ...parts, db, caller: newCaller({ workspaceId }) };
      const begun = await beginErasure(ctx, 'late-9001');
      const erasure = begun?.erasure ?? expect.fail('Nothing was begun.');
      const never = new AbortController().signal;
      await finishErasure(ctx, erasure, never);
      const call = {
        connection_id: 'c',
        connector_id: 'gitlab',
        tool: 't',
        effect: 'read',
        status: 'ok',
        request_id: 'r',
      };
      const late = { ...call, user_id: erasure.endUserId, principal: `end_user:${erasure.endUserId}`, door: 'rest' };
      await loose(parts.storage.writer)
        .insertInto('calls')
        .values({ ...late, id: erasure.endUserId, workspace_id: workspaceId, at: new Date().toISOString() })
        .execute();
      await finishErasure(ctx, erasure, never);
      const named = loose(parts.storage.rows).selectFrom('calls').select('id').where('user_id', '=', erasure.endUserId);
      expect(await named.execute()).toEqual([]);
    });
  });
});
