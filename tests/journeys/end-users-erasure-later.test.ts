import { beforeAll, describe, expect, it } from 'vitest';
import { findEndUser } from '../../server/src/access/end-users/end-user-store.ts';
import { insertConnection } from '../../server/src/connections/connection-store.ts';
import { createJobRunner } from '../../server/src/jobs/create-job-runner.ts';
import { never } from '../../server/src/jobs/job-store.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type AppBackend, appBackend, endUserPath } from '../support/app-backend.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { newConnectionRow } from '../support/new-connection.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const count = 130;

describeOnDatabases('an erasure that is not over with its request', ({ migrated }) => {
  let database: DatabaseConfig;
  let plugboard: Plugboard;
  let app: AppBackend;
  /** Milliseconds that pass with every look at the clock. */
  let pace = 0;
  let ahead = 0;
  const clock = { now: () => Date.now() + (ahead += pace) };

  const startAgain = () => startPlugboard(database, { clock, adminKey: new Secret(plugboard.adminKey) });

  beforeAll(async () => {
    database = await migrated();
    plugboard = await startPlugboard(database, { clock });
    app = await appBackend(plugboard, await plugboard.mint({ kind: 'app' }));
  });

  /** Somebody with more connections than are cut off at once. */
  async function live(id: string): Promise<{ readonly token: string }> {
    const token = await app.token(id);
    const { storage } = plugboard.app;
    const db = storage.workspace(plugboard.workspaceId);
    const row = (await findEndUser(db, id))?.id ?? expect.fail('Nobody is called so.');
    const owner = { owner_user_id: row, end_user_id: row, end_user_external_id: id };
    await db.transact(async (trx) => {
      for (let added = 0; added < count; added += 1) await insertConnection(trx, newConnectionRow(owner));
    });
    return { token };
  }

  /** Erases somebody for a client that waits a second, which is over before the work is. */
  async function eraseInHaste(id: string) {
    pace = 1_000;
    const headers = { prefer: 'wait=1' };
    const answer = await plugboard.call(`DELETE ${endUserPath(id)}`, { key: app.key, headers });
    pace = 0;
    return answer;
  }

  const erase = (id: string) => app.call(`DELETE ${endUserPath(id)}`);
  const lives = async () => (await app.listed('?scope=end_users')).length;

  it('answers 200 and all of the receipt where its time suffices', async () => {
    covers('end-users/erased-later', 'end-users/receipt');
    await live('soon-1001');
    const { status, body } = await erase('soon-1001');
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokens: 1, calls: expect.any(Number), finished_at: expect.any(String) });
    expect(body['connections']).toHaveLength(count);
  });

  it('answers 202 where it does not, with everything ended that lets anybody in', async () => {
    covers('end-users/erased-later');
    const { token } = await live('later-1002');
    const { status, body } = await eraseInHaste('later-1002');
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { tokens: 1, calls: null, events: null, finished_at: null, end_user: expect.stringMatching(/^erased-/) },
    });
    expect((await app.call(`GET ${endUserPath('later-1002')}`)).status).toBe(404);
    expect((await plugboard.call('GET /api/v1/connections', { key: token })).status).toBe(401);
    await expect.poll(lives, { timeout: 30_000 }).toBe(0);
    const again = await erase('later-1002');
    expect(again).toMatchObject({ status: 200, body: { end_user: body['end_user'], tokens: 1 } });
    expect(again.body['connections']).toHaveLength(count);
  });

  describe('and whose job was given up', () => {
    /** Tries the job to its end with a handler that cannot do it. */
    async function giveUp(storage: Storage): Promise<void> {
      await storage.transact(({ rows }) => rows.updateTable('jobs').set({ run_at: 1 }).execute());
      const fails = async () => Promise.reject(new Error('The disk is full.'));
      const log = { warn: () => undefined, error: () => undefined };
      const runner = createJobRunner({
        storage,
        clock: { now: () => Date.now() },
        log,
        handlers: { 'end_user.erase': fails },
        maxAttempts: 1,
      });
      runner.start();
      const left = storage.rows.selectFrom('jobs').select('id').where('kind', '=', 'end_user.erase');
      await expect.poll(() => left.where('run_at', '<', never).execute(), { timeout: 15_000 }).toEqual([]);
      await runner.stop();
    }

    it('is taken up by the process that comes next', async () => {
      covers('end-users/erased-given-up');
      await live('given-up-1003');
      expect((await eraseInHaste('given-up-1003')).status).toBe(202);
      await plugboard.stop();
      const storage = await openStorage(database);
      await giveUp(storage);
      await storage.close();
      plugboard = await startAgain();
      const told = async () => (await plugboard.call('GET /api/v1/events?type=end_user.erased')).body['data'];
      await expect.poll(told, { timeout: 30_000 }).toHaveLength(3);
      app = await appBackend(plugboard, app.key);
      expect(await lives()).toBe(0);
    });
  });
});
