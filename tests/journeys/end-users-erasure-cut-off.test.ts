import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { findEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { insertConnection } from '../../server/src/connections/connection-store.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { appBackend, endUserPath } from '../support/app-backend.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { newConnectionRow } from '../support/new-connection.ts';
import { eventsOf, revocationNow } from '../support/revoking.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const count = 1_000;
const id = 'victim|4711';

describeOnDatabases('an erasure whose process is killed', ({ migrated }) => {
  const open: ServerProcess[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  interface Scene {
    readonly database: DatabaseConfig;
    readonly key: string;
    /** Of the end user. */
    readonly token: string;
  }

  async function start(database: DatabaseConfig): Promise<ServerProcess> {
    const process = await startServerProcess(settingsFor(database));
    open.push(process);
    return process;
  }

  /** Somebody with many connections, and a process that is killed while it erases them. */
  async function killed(): Promise<Scene> {
    const database = await migrated();
    const first = await start(database);
    const minted = await first.call('POST /api/v1/api-keys', { body: { name: 'App', kind: 'app' } });
    const key = String(minted.body['key']);
    const token = await (await appBackend(first, key)).token(id);
    await first.stop();
    await addConnections(database);
    const victim = await start(database);
    const app = await appBackend(victim, key);
    const erasing = app.call(`DELETE ${endUserPath(id)}`).then(
      () => expect.fail('It was through before it was killed.'),
      () => undefined,
    );
    while ((await app.call(`GET ${endUserPath(id)}`)).status !== 404) await setTimeout(1);
    await victim.kill();
    await erasing;
    return { database, key, token };
  }

  async function addConnections(database: DatabaseConfig): Promise<void> {
    const storage = await openStorage(database);
    const [workspace] = await storage.rows.selectFrom('workspaces').select('id').execute();
    const db = storage.workspace(workspace?.id ?? '');
    const endUser = await findEndUser(db, id);
    const owner = { owner_user_id: endUser?.id ?? '', end_user_id: endUser?.id ?? '', end_user_external_id: id };
    await db.transact(async (trx) => {
      for (let added = 0; added < count; added += 1) await insertConnection(trx, newConnectionRow(owner));
    });
    await storage.close();
  }

  /** What a background job that waits does at once. */
  async function jobsNow(database: DatabaseConfig): Promise<void> {
    const storage = await openStorage(database);
    const now = { run_at: 1, lease_until: 1 };
    await loose(storage.writer).updateTable('jobs').set(now).where('kind', '=', 'end_user.erase').execute();
    await storage.close();
  }

  it('has ended what can be used, and is finished when the app asks again', async () => {
    covers('end-users/erased-crash');
    const { database, key, token } = await killed();
    const next = await start(database);
    expect((await next.call('GET /api/v1/connections', { key: token })).status).toBe(401);
    const app = await appBackend(next, key);
    expect((await app.call(`GET ${endUserPath(id)}`)).status).toBe(404);
    const { status, body } = await app.call(`DELETE ${endUserPath(id)}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { tokens: 1, finished_at: expect.any(String) } });
    const { revocation } = await revocationNow(next, String(body['revocation_id']));
    expect(revocation).toMatchObject({ progress: { total: count } });
    expect(await app.listed('?scope=end_users')).toEqual([]);
    expect(await eventsOf(next, `end_user:${String(body['end_user'])}`)).toEqual(
      expect.arrayContaining(['end_user.erased']),
    );
    expect((await app.call(`DELETE ${endUserPath(id)}`)).body).toMatchObject({ events: body['events'] });
  });

  it('is finished in the background where the app does not ask', async () => {
    covers('end-users/erased-crash');
    const { database, key } = await killed();
    await jobsNow(database);
    const next = await start(database);
    const erased = async () => (await next.call('GET /api/v1/events?type=end_user.erased')).body['data'];
    for (let left = 400; left > 0; left -= 1) {
      const data = await erased();
      if (Array.isArray(data) && data.length === 1) break;
      await setTimeout(50);
    }
    const app = await appBackend(next, key);
    expect(await app.listed('?scope=end_users')).toEqual([]);
    const { status, body } = await app.call(`DELETE ${endUserPath(id)}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { finished_at: expect.any(String) } });
  });
});
