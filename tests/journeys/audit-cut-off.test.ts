import { afterEach, expect, it, vi } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { recordCalls, verify } from '../support/audit.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000 });

describeOnDatabases('a process that is killed', ({ engine, migrated }) => {
  const open: ServerProcess[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(database: DatabaseConfig, settings: Record<string, string> = {}): Promise<ServerProcess> {
    const plugboard = await startServerProcess({ ...settingsFor(database), ...settings });
    open.push(plugboard);
    return plugboard;
  }

  /** Lets time pass for who may still be alive: on PostgreSQL another replica cannot know at once. */
  async function later(database: DatabaseConfig): Promise<void> {
    await changed(database, async ({ writer }) => {
      const db = loose(writer);
      await db.updateTable('jobs').set({ lease_until: 0 }).where('lease_until', 'is not', null).execute();
      if (engine === 'postgres')
        await db.updateTable('running_processes').set({ seen_at: '2026-01-01T00:00:00.000Z' }).execute();
    });
  }

  const gaps = async ({ call }: ServerProcess) => (await call('GET /api/v1/events?type=audit.gap')).body['data'];

  it('leaves a gap on record, and one that ends cleanly leaves none', async () => {
    covers('audit/gap');
    const database = await migrated();
    const first = await start(database);
    await first.kill();
    await later(database);
    const second = await start(database, { PLUGBOARD_AUDIT: 'strict' });
    const found = await gaps(second);
    expect(found).toMatchObject([{ actor: 'system', data: { may_be_missing: 'nothing' } }]);
    await second.stop();
    await later(database);
    const third = await start(database);
    expect(await gaps(third)).toEqual(found);
    await third.kill();
    await later(database);
    const told = await gaps(await start(database));
    expect(Array.isArray(told) && told.map((event) => isRecord(event) && event['data'])).toMatchObject([
      { may_be_missing: 'up to 100 ms of reads' },
      { may_be_missing: 'nothing' },
    ]);
  });

  it('while it seals has sealed each record once or not yet', async () => {
    covers('audit/killed');
    const database = await migrated();
    const fresh = await start(database);
    const me = await fresh.call('GET /api/v1/me');
    const workspaceId = String(isRecord(me.body['caller']) && me.body['caller']['workspace_id']);
    await fresh.stop();
    const count = 6_000;
    await changed(database, (storage) => recordCalls({ storage, clock: systemClock }, workspaceId, { count }));
    for (const least of [1, 2_000]) {
      const sealing = await start(database);
      await expect.poll(() => sealedCalls(sealing), { timeout: 20_000, interval: 1 }).toBeGreaterThanOrEqual(least);
      await sealing.kill();
      await later(database);
    }
    const last = await start(database);
    await expect.poll(() => sealedCalls(last), { timeout: 20_000 }).toBe(count);
    expect(await verify(last)).toMatchObject({ ok: true, calls: count });
  });
});

async function sealedCalls({ call }: ServerProcess): Promise<unknown> {
  return (await call('GET /api/v1/audit/head')).body['calls'];
}

async function changed(database: DatabaseConfig, change: (storage: Storage) => Promise<unknown>): Promise<void> {
  const storage = await openStorage(database);
  await change(storage);
  await storage.close();
}
