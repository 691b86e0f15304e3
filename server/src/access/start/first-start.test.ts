import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeOnDatabases, describeOnEngines } from '../../../../tests/support/databases.ts';
import { startedAccess } from '../../../../tests/support/started-access.ts';
import { systemClock } from '../../lib/clock.ts';
import { Secret } from '../../lib/secret.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { firstStart } from './first-start.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function starting(storage: Storage, adminKey?: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-start-'));
  folders.push(dataDir);
  const vaultKeys: string[] = [];
  const onWorkspaceCreated = async (trx: { readonly workspaceId: string }) => void vaultKeys.push(trx.workspaceId);
  const options = { storage, clock: systemClock, dataDir, onWorkspaceCreated };
  return { vaultKeys, ...options, adminKey: adminKey === undefined ? undefined : new Secret(adminKey) };
}

describeOnEngines('the first start', (open) => {
  it('makes operator, workspace, crew, project, vault key and admin key', async () => {
    const storage = await open();
    const options = starting(storage);
    await firstStart(options);
    const { rows } = storage;
    const workspace = await rows.selectFrom('workspaces').selectAll().executeTakeFirstOrThrow();
    expect(workspace.slug).toBe('default');
    expect(options.vaultKeys).toEqual([workspace.id]);
    expect(await rows.selectFrom('members').select('role').execute()).toEqual([{ role: 'OWNER' }]);
    expect(await rows.selectFrom('crews').select('slug').execute()).toEqual([{ slug: 'default' }]);
    expect(await rows.selectFrom('crew_members').selectAll().execute()).toHaveLength(1);
    expect(await rows.selectFrom('projects').select('slug').execute()).toEqual([{ slug: 'default' }]);
    expect(await rows.selectFrom('sign_ins').selectAll().execute()).toEqual([]);
    const events = await rows.selectFrom('events').select('type').orderBy('type').execute();
    expect(events).toEqual([{ type: 'api_key.created' }, { type: 'workspace.created' }]);
  });

  it('happens once', async () => {
    const storage = await open();
    const generated = await firstStart(starting(storage));
    expect(generated).toBeDefined();
    const again = starting(storage);
    expect(await firstStart(again)).toBeUndefined();
    expect(existsSync(join(again.dataDir, 'admin.key'))).toBe(false);
    expect(await storage.rows.selectFrom('people').selectAll().execute()).toHaveLength(1);
  });

  it('leaves nothing behind where it fails', async () => {
    const storage = await open();
    const options = starting(storage);
    const failing = { ...options, onWorkspaceCreated: async () => Promise.reject(new Error('The vault is locked.')) };
    await expect(firstStart(failing)).rejects.toThrow('The vault is locked.');
    for (const table of ['people', 'workspaces', 'instance', 'api_keys'] as const) {
      expect(await storage.rows.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    expect(await firstStart(options)).toBeDefined();
  });

  it('opens with the configured key, which goes nowhere', async () => {
    const storage = await open();
    const options = starting(storage, 'configured-key-of-the-operator');
    expect(await firstStart(options)).toBeUndefined();
    expect(existsSync(join(options.dataDir, 'admin.key'))).toBe(false);
    const row = await storage.rows.selectFrom('api_keys').select(['prefix', 'role', 'kind']).executeTakeFirst();
    expect(row).toEqual({ prefix: 'conf', role: 'OWNER', kind: 'person' });
  });

  it('puts a generated key into a file of its owner alone, and hands it out once', async () => {
    const storage = await open();
    const options = starting(storage);
    const generated = await firstStart(options);
    const file = join(options.dataDir, 'admin.key');
    expect(generated?.file).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(`${generated?.key.reveal()}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(generated?.key.reveal()).toMatch(/^pb_[\w-]{43}$/);
  });

  it('gives the first admin key every scope and the operator’s standing', async () => {
    const { first } = await startedAccess(await open());
    expect(first.caller).toMatchObject({ operator: true, role: 'OWNER', key: { first: true, kind: 'person' } });
    expect(first.caller.scopes.has('approvals:decide') && first.caller.scopes.has('tools:call')).toBe(true);
    expect(first.caller.crews.size).toBe(1);
  });
});

describeOnDatabases('processes that start at once on an empty database', (databases) => {
  it.skipIf(databases.engine === 'sqlite')('make everything once', async () => {
    const config = await databases.migrated();
    const replicas = await Promise.all([openStorage(config), openStorage(config), openStorage(config)]);
    const generated = await Promise.all(replicas.map(async (storage) => firstStart(starting(storage))));
    expect(generated.filter((key) => key !== undefined)).toHaveLength(1);
    const rows = await replicas[0]?.rows.selectFrom('api_keys').select('id').execute();
    expect(rows).toHaveLength(1);
    await Promise.all(replicas.map((storage) => storage.close()));
  });

  it.skipIf(databases.engine === 'sqlite')('change a configured key once', async () => {
    const config = await databases.migrated();
    const replicas = await Promise.all([openStorage(config), openStorage(config)]);
    const [one] = replicas;
    if (one !== undefined) await firstStart(starting(one, 'the-first-key-of-the-operator'));
    await Promise.all(replicas.map((storage) => firstStart(starting(storage, 'the-second-key-of-the-operator'))));
    const keys = await one?.rows.selectFrom('api_keys').select('revoked_at').orderBy('id').execute();
    expect(keys?.map((key) => key.revoked_at === null)).toEqual([false, true]);
    await Promise.all(replicas.map((storage) => storage.close()));
  });
});
