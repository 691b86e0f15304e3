import { expect, it } from 'vitest';
import { addWorkspace, removeWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import type { MasterKey } from '../config.ts';
import { systemClock as clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { Secret } from '../lib/secret.ts';
import type { Storage } from '../storage/storage.ts';
import { loadMasterKeys } from './master-keys.ts';
import { openVault } from './open-vault.ts';
import { type Slot, type Vault, VaultError } from './vault.ts';

const older: MasterKey = { id: 'older', key: Buffer.alloc(32, 1) };
const newer: MasterKey = { id: 'newer', key: Buffer.alloc(32, 2) };

describeOnEngines('a vault', (open) => {
  it('opens what it sealed, in this process and the next', async () => {
    const storage = await open();
    const vault = await vaultWith(storage, [older]);
    const slot = await newSlot(storage, vault);
    const box = await vault.seal(slot, new Secret('tok_live'));
    expect((await vault.open(slot, box)).reveal()).toBe('tok_live');
    expect((await (await vaultWith(storage, [older])).open(slot, box)).reveal()).toBe('tok_live');
  });

  it('opens no box of another workspace', async () => {
    const storage = await open();
    const vault = await vaultWith(storage, [older]);
    const [mine, theirs] = [await newSlot(storage, vault), await newSlot(storage, vault)];
    const box = await vault.seal(theirs, new Secret('tok_live'));
    await expect(vault.open(mine, box)).rejects.toThrow(VaultError);
    await expect(vault.open({ ...theirs, workspaceId: mine.workspaceId }, box)).rejects.toThrow(VaultError);
  });

  it('seals nothing for a workspace without a key', async () => {
    const storage = await open();
    const vault = await vaultWith(storage, [older]);
    const slot = { ...(await newSlot(storage, vault)), workspaceId: await addWorkspace(storage) };
    await expect(vault.seal(slot, new Secret('x'))).rejects.toThrow('has no data key');
  });

  it('opens nothing of a deleted workspace any more', async () => {
    const storage = await open();
    const vault = await vaultWith(storage, [older]);
    const slot = await newSlot(storage, vault);
    const box = await vault.seal(slot, new Secret('tok_live'));
    await removeWorkspace(storage, slot.workspaceId);
    vault.forget(slot.workspaceId);
    await expect(vault.open(slot, box)).rejects.toThrow('has no data key');
  });

  it('finds a data key that another process made since', async () => {
    const storage = await open();
    const [here, there] = [await vaultWith(storage, [older]), await vaultWith(storage, [older])];
    const slot = await newSlot(storage, here);
    await here.seal(slot, new Secret('warm'));
    await storage.workspace(slot.workspaceId).transact((trx) => there.createWorkspaceKey(trx));
    const box = await there.seal(slot, new Secret('tok_live'));
    expect((await here.open(slot, box)).reveal()).toBe('tok_live');
  });

  it('derives keys of the instance, one for each use', async () => {
    const storage = await open();
    const before = (await vaultWith(storage, [older])).derive('better-auth');
    const after = await vaultWith(storage, [newer, older]);
    expect(after.derive('better-auth')).toEqual(before);
    expect(after.derive('audit-chain')).not.toEqual(before);
  });

  it('does not open with another key of a known id', async () => {
    const storage = await open();
    await vaultWith(storage, [older]);
    const wrong = vaultWith(storage, [{ id: 'older', key: Buffer.alloc(32, 9) }]);
    await expect(wrong).rejects.toThrow('The master key "older" is not the one this database was sealed with.');
  });

  it('does not open where the key of the database is missing, and says which', async () => {
    const storage = await open();
    await vaultWith(storage, [older]);
    await expect(vaultWith(storage, [newer])).rejects.toThrow(
      'sealed with the master key "older", but PLUGBOARD_MASTER_KEY holds "newer"',
    );
  });

  it('goes on with the key in use where a newer one is configured, until the keys are rotated', async () => {
    const storage = await open();
    await vaultWith(storage, [older]);
    const there = await newSlot(storage, await vaultWith(storage, [newer, older]));
    const box = await (await vaultWith(storage, [newer, older])).seal(there, new Secret('tok_live'));
    expect((await (await vaultWith(storage, [older])).open(there, box)).reveal()).toBe('tok_live');
    await expect(vaultWith(storage, [newer])).rejects.toThrow('sealed with the master key "older"');
  });

  it('is one vault for all who open it first at the same time', async () => {
    const storage = await open();
    const vaults = await Promise.all(Array.from({ length: 5 }, () => vaultWith(storage, [older])));
    expect(new Set(vaults.map((vault) => vault.derive('x').toString('hex'))).size).toBe(1);
  });
});

async function vaultWith(storage: Storage, masterKeys: readonly MasterKey[]): Promise<Vault> {
  return openVault({ storage, masterKeys: await loadMasterKeys({ masterKeys, dataDir: '' }), clock });
}

async function newSlot(storage: Storage, vault: Vault): Promise<Slot> {
  const workspaceId = await addWorkspace(storage);
  await storage.workspace(workspaceId).transact((trx) => vault.createWorkspaceKey(trx));
  return { kind: 'credential', workspaceId, record: newId(), field: 'token', generation: 1 };
}
