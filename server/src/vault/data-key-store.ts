import { randomBytes } from 'node:crypto';
import { type Clock, isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { MasterKeys } from './master-keys.ts';
import type { DataKey } from './sealed-box.ts';
import { subKey } from './sub-keys.ts';
import { VaultError } from './vault.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    data_keys: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      master_key_id: string;
      /** The data key under the master key it names: base64url of nonce, ciphertext and tag. */
      wrapped: string;
      created_at: Fixed<string>;
    };
  }
}

/** Where a wrapped key belongs; all of it is authenticated with the key. */
interface Place {
  readonly id: string;
  readonly workspace_id: string;
  readonly master_key_id: string;
}

interface WrappedKey extends Place {
  readonly wrapped: string;
}

/** Makes a data key for the workspace of the transaction. */
export async function insertDataKey(trx: WorkspaceTrx, masterKeys: MasterKeys, clock: Clock): Promise<void> {
  const place = { id: newId(clock.now()), workspace_id: trx.workspaceId, master_key_id: masterKeys.sealing.id };
  const { id, master_key_id, wrapped } = wrapKey(masterKeys, place, randomBytes(32));
  await trx.rows
    .insertInto('data_keys')
    .values({ id, master_key_id, wrapped, created_at: isoTime(clock) })
    .execute();
}

/** The data keys of a workspace, newest first: the first one seals. */
export async function listDataKeys(
  storage: Storage,
  masterKeys: MasterKeys,
  workspaceId: string,
): Promise<readonly DataKey[]> {
  const rows = await storage
    .workspace(workspaceId)
    .rows.selectFrom('data_keys')
    .selectAll()
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({ id: row.id, key: unwrapKey(masterKeys, row) }));
}

/**
 * Wraps every data key under the master key that seals now, so that older master keys can be taken away. Boxes stay as they
 * are. May be stopped and run again at any time; answers how many were wrapped anew.
 */
export async function rewrapDataKeys(storage: Storage, masterKeys: MasterKeys): Promise<number> {
  const older = storage.rows.selectFrom('data_keys').selectAll().where('master_key_id', '!=', masterKeys.sealing.id);
  let count = 0;
  for (;;) {
    const rows = await older.limit(100).execute();
    if (rows.length === 0) return count;
    for (const row of rows) await rewrap(storage, masterKeys, row);
    count += rows.length;
  }
}

async function rewrap(storage: Storage, masterKeys: MasterKeys, row: WrappedKey): Promise<void> {
  const place = { id: row.id, workspace_id: row.workspace_id, master_key_id: masterKeys.sealing.id };
  const { master_key_id, wrapped } = wrapKey(masterKeys, place, unwrapKey(masterKeys, row));
  await storage.workspace(row.workspace_id).transact(async ({ rows }) => {
    const same = rows.updateTable('data_keys').where('id', '=', row.id).where('master_key_id', '=', row.master_key_id);
    await same.set({ master_key_id, wrapped }).execute();
  });
}

function wrapKey({ sealing }: MasterKeys, place: Place, key: Buffer): WrappedKey {
  return { ...place, wrapped: encrypt(wrappingKey(sealing.key), contextOf(place), key) };
}

function unwrapKey({ byId }: MasterKeys, row: WrappedKey): Buffer {
  const master = byId.get(row.master_key_id);
  if (!master)
    throw new VaultError(
      `The data key ${row.id} needs the master key "${row.master_key_id}", which is not configured.`,
    );
  const key = decrypt(wrappingKey(master.key), contextOf(row), row.wrapped);
  if (!key)
    throw new VaultError(`The data key ${row.id} does not open: it was altered, moved or wrapped by another key.`);
  return key;
}

function wrappingKey(masterKey: Buffer): Buffer {
  return subKey(masterKey, 'wrap/data-key');
}

function contextOf({ id, workspace_id, master_key_id }: Place): readonly string[] {
  return ['data_key', workspace_id, id, master_key_id];
}
