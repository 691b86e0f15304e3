import { randomBytes } from 'node:crypto';
import type { MasterKey } from '../config.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { MasterKeys } from './master-keys.ts';
import { findKeyInUse, masterKeyNamed } from './root-key.ts';
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
      /** The rotation that made it; null: it came with its workspace. */
      rotation_id: Fixed<string | null>;
      /** When another one took its place, by the database's clock in milliseconds since the epoch; null: it seals. */
      replaced_at: number | null;
      /** How many boxes still name it that do not open; null: nobody has come to an end with them. */
      unreadable: number | null;
    };
  }
}

/** Where a wrapped key belongs; all of it is authenticated with the key. */
interface Place {
  readonly id: string;
  readonly workspace_id: string;
  readonly master_key_id: string;
}

/** A data key as it is kept. */
export interface WrappedKey extends Place {
  readonly wrapped: string;
}

export interface NewDataKey {
  readonly masterKeys: MasterKeys;
  readonly clock: Clock;
  /** The rotation that makes it. Default: it comes with its workspace. */
  readonly rotationId?: string;
}

/** Makes a data key for the workspace of the transaction, wrapped by the master key in use. */
export async function insertDataKey(trx: WorkspaceTrx, { masterKeys, clock, rotationId }: NewDataKey): Promise<void> {
  const master = masterKeyNamed(masterKeys, await findKeyInUse(trx));
  const place = { id: newId(clock.now()), workspace_id: trx.workspaceId, master_key_id: master.id };
  const wrapped = wrapKey(master, place, randomBytes(32));
  const { id, master_key_id } = place;
  const row = { id, master_key_id, wrapped, created_at: isoTime(clock), rotation_id: rotationId ?? null };
  await trx.rows.insertInto('data_keys').values(row).execute();
}

/** The data keys of a workspace: the first one seals, unless it was replaced too. */
export async function listDataKeys(
  storage: Storage,
  masterKeys: MasterKeys,
  workspaceId: string,
): Promise<readonly DataKey[]> {
  const rows = await storage
    .workspace(workspaceId)
    .rows.selectFrom('data_keys')
    .select(['id', 'workspace_id', 'master_key_id', 'wrapped', 'replaced_at'])
    .orderBy('id', 'desc')
    .execute();
  const sealing = rows.filter((row) => row.replaced_at === null);
  const replaced = rows.filter((row) => row.replaced_at !== null);
  return [...sealing, ...replaced].map((row) => ({ id: row.id, key: unwrapKey(masterKeys, row) }));
}

/** Some data keys of any workspace that another master key than this one wraps. */
export function listWrappedOtherwise(
  { rows }: Pick<Storage, 'rows'>,
  masterKeyId: string,
  limit: number,
): Promise<readonly WrappedKey[]> {
  return rows
    .selectFrom('data_keys')
    .select(['id', 'workspace_id', 'master_key_id', 'wrapped'])
    .where('master_key_id', '!=', masterKeyId)
    .limit(limit)
    .execute();
}

/** Wraps a data key by another master key; its boxes stay as they are. Nothing changes where somebody else was first. */
export async function rewrapDataKey(
  storage: Storage,
  row: WrappedKey,
  { masterKeys, masterKeyId }: { readonly masterKeys: MasterKeys; readonly masterKeyId: string },
): Promise<void> {
  const place = { id: row.id, workspace_id: row.workspace_id, master_key_id: masterKeyId };
  const wrapped = wrapKey(masterKeyNamed(masterKeys, masterKeyId), place, unwrapKey(masterKeys, row));
  await storage.workspace(row.workspace_id).transact(async ({ rows }) => {
    const same = rows.updateTable('data_keys').where('id', '=', row.id).where('wrapped', '=', row.wrapped);
    await same.set({ master_key_id: masterKeyId, wrapped }).execute();
  });
}

function wrapKey(master: MasterKey, place: Place, key: Buffer): string {
  return encrypt(wrappingKey(master.key), contextOf(place), key);
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
