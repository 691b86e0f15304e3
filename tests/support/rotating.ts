import { pino } from 'pino';
import type { MasterKey } from '../../server/src/config.ts';
import { systemClock as clock } from '../../server/src/lib/clock.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { sealedColumns } from '../../server/src/sealed-columns.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { loadMasterKeys } from '../../server/src/vault/master-keys.ts';
import { openVault } from '../../server/src/vault/open-vault.ts';
import { createKeyRotation, type KeyRotation } from '../../server/src/vault/rotation/create-key-rotation.ts';
import type { RotationParts } from '../../server/src/vault/rotation/rotation-parts.ts';
import type { Vault } from '../../server/src/vault/vault.ts';
import { addWorkspace } from './add-workspace.ts';
import { loose } from './loose-database.ts';

export const older: MasterKey = { id: 'older', key: Buffer.alloc(32, 1) };
export const newer: MasterKey = { id: 'newer', key: Buffer.alloc(32, 2) };

/** What a process opens with these master keys. */
export interface Keyed {
  readonly storage: Storage;
  readonly vault: Vault;
  readonly rotation: KeyRotation;
}

/** Opens the vault of a database and what rotates its keys; replaced data keys go at once unless told otherwise. */
export async function openKeyed(
  storage: Storage,
  masterKeys: readonly MasterKey[],
  parts: Partial<RotationParts> = {},
): Promise<Keyed> {
  const keys = await loadMasterKeys({ masterKeys, dataDir: '' });
  const vault = await openVault({ storage, masterKeys: keys, clock });
  const log = pino({ level: 'silent' });
  const given = { storage, vault, masterKeys: keys, clock, log, places: sealedColumns, graceMs: 0 };
  return { storage, vault, rotation: createKeyRotation({ ...given, ...parts }) };
}

/** A new workspace with a data key; answers its id. */
export async function addKeyedWorkspace({ storage, vault }: Keyed): Promise<string> {
  const id = await addWorkspace(storage);
  await storage.workspace(id).transact((trx) => vault.createWorkspaceKey(trx));
  return id;
}

/** Begins a rotation for somebody. */
export function begin({ rotation }: Keyed, workspaceId: string, keepsMasterKey = false): Promise<void> {
  return rotation.begin({ actor: { principal: 'key:operator' }, workspaceId, keepsMasterKey });
}

/** Takes turns until the rotation is done; throws where it does not come to an end. */
export async function untilDone({ rotation }: Keyed): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await rotation.task.run();
    if ((await rotation.state()).rotation?.isRunning === false) return;
  }
  throw new Error('The rotation does not come to an end.');
}

/** Lets every sign-in that is under way be over. */
export async function endSignIns({ storage }: Pick<Keyed, 'storage'>): Promise<void> {
  await loose(storage.writer).updateTable('handshakes').set({ expires_at: '2026-01-01T00:00:00.000Z' }).execute();
}

/** The ids of the data keys of a workspace. */
export async function dataKeyIds({ storage }: Pick<Keyed, 'storage'>, workspaceId: string): Promise<readonly string[]> {
  const rows = storage.workspace(workspaceId).rows.selectFrom('data_keys').select('id').orderBy('id');
  return (await rows.execute()).map(({ id }) => id);
}

/** A slot that nothing lies in yet. */
export function newSlot(workspaceId: string) {
  return { kind: 'credential', workspaceId, record: newId(), field: 'token', generation: 1 } as const;
}
