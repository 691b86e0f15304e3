import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases, newDatabases } from '../support/databases.ts';
import { keysNamed, rotationOf } from '../support/key-rows.ts';
import { loose } from '../support/loose-database.ts';
import { addManySecrets, opensAll } from '../support/many-secrets.ts';
import { newer, older } from '../support/rotating.ts';
import { runCli } from '../support/run-cli.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000 });

const path = '/api/v1/keys/rotation';
const encoded = ({ id, key }: typeof older) => `${id}:${key.toString('base64')}`;
const both = { PLUGBOARD_MASTER_KEY: `${encoded(newer)},${encoded(older)}` };
/** Enough that a process can be killed in the middle. */
const count = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'plugboard-rotation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeOnDatabases('a rotation of the keys', ({ engine, migrated, empty }) => {
  let gitlab: GitlabEmulator;
  beforeAll(async () => {
    gitlab = await startGitlab();
    return () => gitlab.stop();
  });
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(database: DatabaseConfig, settings: Record<string, string> = both): Promise<ServerProcess> {
    const plugboard = await startServerProcess({ ...settingsFor(database), ...settings });
    open.push(plugboard);
    return plugboard;
  }

  async function within<T>(database: DatabaseConfig, work: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await openStorage(database);
    return work(storage).finally(() => storage.close());
  }

  const state = async ({ call }: Pick<ServerProcess, 'call'>) => rotationOf(await call(`GET ${path}`));
  const sealed = async (plugboard: ServerProcess) => Number((await state(plugboard))['boxes']);
  const works = async ({ call }: ServerProcess, connection: string): Promise<void> => {
    const tool = `POST /api/v1/connections/${connection}/tools/get_issue/call`;
    const answer = await call(tool, { body: { arguments: { project: 'acme/api', issue_iid: 1 } } });
    expect(answer.body).toMatchObject({ status: 'ok' });
  };

  /** A database under the older key with many secrets, and a connection that calls. */
  async function scene(): Promise<{ readonly database: DatabaseConfig; readonly connection: string }> {
    const database = await migrated();
    const first = await start(database, { PLUGBOARD_MASTER_KEY: encoded(older) });
    const connection = await connectGitlab(first, gitlab.url);
    await first.stop();
    await within(database, (storage) => addManySecrets(storage, [older], count));
    return { database, connection };
  }

  /** Lets time pass: the lease of who was killed, and what replaced data keys are kept for. */
  const later = (database: DatabaseConfig) =>
    within(database, async ({ writer }) => {
      await loose(writer).updateTable('key_rotations').set({ lease_until: 0 }).execute();
      await loose(writer).updateTable('data_keys').set({ replaced_at: 0 }).where('replaced_at', '>', 0).execute();
    });

  it('goes on where it was when its process is killed, again and again, and loses nothing', async () => {
    covers('keys/killed');
    const { database, connection } = await scene();
    let victim = await start(database);
    await victim.call(`POST ${path}`, { body: {} });
    let before = 0;
    let inTheMiddle = 0;
    for (const ms of [0, 40, 120]) {
      await expect
        .poll(() => sealed(victim), { timeout: 60_000, interval: 1 })
        .toBeGreaterThan(Math.min(before, count - 1));
      await setTimeout(ms);
      before = await sealed(victim);
      if (before < count) inTheMiddle += 1;
      await victim.kill();
      await later(database);
      victim = await start(database);
      await works(victim, connection);
    }
    // A fast machine may be done before the last of them.
    expect(inTheMiddle).toBeGreaterThanOrEqual(2);
    for (let at = 0; at < 120 && (await state(victim))['stage'] !== 'done'; at += 1) {
      await setTimeout(1_000);
      if (engine === 'postgres') await later(database);
      else if ((await sealed(victim)) >= count) {
        await victim.stop();
        await later(database);
        victim = await start(database);
      }
    }
    expect(await state(victim)).toMatchObject({ stage: 'done', unreadable: 0, retired: ['older'] });
    await works(victim, connection);
    await victim.stop();
    await within(database, async (storage) => {
      expect(await opensAll(storage, [newer])).toBe(count);
      expect(await keysNamed(storage)).toHaveLength(1);
    });
  });

  it('is in a backup that is made in the middle of it, and goes on where that is restored, on either engine', async () => {
    covers('keys/backup');
    const { database, connection } = await scene();
    const plugboard = await start(database);
    await plugboard.call(`POST ${path}`, { body: {} });
    await expect.poll(() => sealed(plugboard), { timeout: 60_000, interval: 1 }).toBeGreaterThan(0);
    const file = join(folder, `${engine}.backup`);
    const env = (config: DatabaseConfig) => ({ ...settingsFor(config), ...both });
    expect(await runCli(['backup', file], env(database))).toMatchObject({ code: 0 });
    await plugboard.kill();
    for (const target of [await empty(), await newDatabases(engine === 'sqlite' ? 'postgres' : 'sqlite').empty()]) {
      expect(await runCli(['restore', file], env(target))).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('holds again'),
      });
      await within(target, async (storage) => {
        expect(await opensAll(storage, [newer, older])).toBe(count);
        expect((await keysNamed(storage)).length).toBeGreaterThan(1);
      });
      await later(target);
      const restored = await start(target);
      await works(restored, connection);
      await expect.poll(() => sealed(restored), { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
      await restored.stop();
    }
  });
});
