import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { firstStart } from '../../server/src/access/start/first-start.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { describeOnEngines } from '../support/databases.ts';
import { startedAccess } from '../support/started-access.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-s28-'));
  folders.push(folder);
  return folder;
}

const start = (storage: Storage, dataDir: string, key?: string) =>
  firstStart({
    storage,
    clock: systemClock,
    dataDir,
    adminKey: key === undefined ? undefined : new Secret(key),
    onWorkspaceCreated: async () => undefined,
  });

describeOnEngines('S28', (open) => {
  it('a generated key is readable by its owner alone, also where the file was there before', async () => {
    const dataDir = newFolder();
    const file = join(dataDir, 'admin.key');
    writeFileSync(file, 'planted', { mode: 0o666 });
    const generated = await start(await open(), dataDir);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(generated?.key.reveal());
  });

  it('what is handed to the terminal prints as [secret] in a log', async () => {
    const generated = await start(await open(), newFolder());
    const key = generated?.key.reveal() ?? '';
    for (const text of [inspect(generated), JSON.stringify(generated), `${generated?.key}`])
      expect(text).not.toContain(key);
  });

  it('another PLUGBOARD_ADMIN_KEY ends the old key, and what it was written to', async () => {
    const storage = await open();
    const dataDir = newFolder();
    const generated = await start(storage, dataDir);
    await start(storage, dataDir, 'the-new-key-of-the-operator');
    expect(existsSync(join(dataDir, 'admin.key'))).toBe(false);
    const hashes = await storage.rows
      .selectFrom('api_keys')
      .select(['hash', 'revoked_at'])
      .where('revoked_at', 'is', null)
      .execute();
    expect(hashes).toHaveLength(1);
    expect(generated).toBeDefined();
  });

  it('the old key no longer opens, the new one is the first admin key, and the change is on record', async () => {
    const world = await startedAccess(await open());
    await start(world.storage, newFolder(), 'the-new-key-of-the-operator');
    world.clock.move(1_001);
    await expect(world.enter({ apiKey: world.adminKey })).rejects.toThrow('Nobody.');
    const caller = await world.enter({ apiKey: 'the-new-key-of-the-operator' });
    expect(caller).toMatchObject({ operator: true, key: { first: true }, userId: world.first.caller.userId });
    const events = await world.storage.rows
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'admin_key.changed')
      .execute();
    expect(events).toEqual([{ data: '{"prefix":"the-"}' }]);
  });

  it('the same PLUGBOARD_ADMIN_KEY again changes nothing', async () => {
    const world = await startedAccess(await open());
    await start(world.storage, newFolder(), world.adminKey);
    expect(await world.storage.rows.selectFrom('api_keys').select('id').execute()).toHaveLength(1);
    await expect(world.enter({ apiKey: world.adminKey })).resolves.toEqual(world.first.caller);
  });

  it('a key that has ended does not come back', async () => {
    const world = await startedAccess(await open());
    await start(world.storage, newFolder(), 'the-new-key-of-the-operator');
    await expect(start(world.storage, newFolder(), world.adminKey)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(world.enter({ apiKey: 'the-new-key-of-the-operator' })).resolves.toMatchObject({ operator: true });
  });

  it.each(['short', 'has spaces in the middle of it', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'])(
    'a weak key is refused in words: %s',
    async (key) => {
      const storage = await open();
      await expect(start(storage, newFolder(), key)).rejects.toThrow(/PLUGBOARD_ADMIN_KEY is too weak/);
      expect(await storage.rows.selectFrom('instance').select('name').where('name', '!=', 'ping').execute()).toEqual(
        [],
      );
    },
  );
});
