import { expect, it } from 'vitest';
import { systemClock as clock } from '../../server/src/lib/clock.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { loadMasterKeys } from '../../server/src/vault/master-keys.ts';
import { openVault } from '../../server/src/vault/open-vault.ts';
import { type Slot, VaultError } from '../../server/src/vault/vault.ts';
import { addWorkspace } from '../support/add-workspace.ts';
import { describeOnEngines } from '../support/databases.ts';

const master = { id: 'k1', key: Buffer.alloc(32, 1) };

describeOnEngines('S14', (open) => {
  it('a process with a wrong master key does not start, whatever id it claims', async () => {
    const storage = await open();
    await vaultWith(storage, [master]);
    for (const id of ['k1', 'k2']) {
      await expect(vaultWith(storage, [{ id, key: Buffer.alloc(32, 2) }])).rejects.toThrow(VaultError);
    }
  });

  it('a data key moved to another workspace does not open', async () => {
    const storage = await open();
    const vault = await vaultWith(storage, [master]);
    const [mine, theirs] = [await addWorkspace(storage), await addWorkspace(storage)];
    await storage.workspace(theirs).transact((trx) => vault.createWorkspaceKey(trx));
    const stolen = await storage.workspace(theirs).rows.selectFrom('data_keys').selectAll().executeTakeFirstOrThrow();
    const { id, master_key_id, wrapped, created_at } = stolen;
    await storage.workspace(mine).transact(async ({ rows }) => {
      await rows.insertInto('data_keys').values({ id, master_key_id, wrapped, created_at }).execute();
    });
    await expect(vault.seal(slotIn(mine), new Secret('x'))).rejects.toThrow(
      'it was altered, moved or wrapped by another key',
    );
  });

  it('a check value copied to another id does not open', async () => {
    const storage = await open();
    await vaultWith(storage, [master]);
    const row = await storage.rows.selectFrom('master_keys').selectAll().executeTakeFirstOrThrow();
    await storage.transact(({ rows }) =>
      rows
        .insertInto('master_keys')
        .values({ ...row, id: 'k2' })
        .execute(),
    );
    await expect(vaultWith(storage, [{ id: 'k2', key: master.key }])).rejects.toThrow(
      'is not the one this database was sealed with',
    );
  });
});

async function vaultWith(storage: Storage, masterKeys: readonly (typeof master)[]) {
  return openVault({ storage, masterKeys: await loadMasterKeys({ masterKeys, dataDir: '' }), clock });
}

function slotIn(workspaceId: string): Slot {
  return { kind: 'credential', workspaceId, record: newId(), field: 'token', generation: 1 };
}
