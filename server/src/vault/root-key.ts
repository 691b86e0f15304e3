import { randomBytes } from 'node:crypto';
import type { MasterKey } from '../config.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Storage, SystemTrx, WorkspaceTrx } from '../storage/storage.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { MasterKeys } from './master-keys.ts';
import { listRetired, refuseRetired } from './retired-keys.ts';
import { subKey } from './sub-keys.ts';
import { VaultError } from './vault.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    master_keys: {
      id: Fixed<string>;
      /** The root key under this master key: it opens with the right key alone, so it is the check of the key too. */
      check_value: Fixed<string>;
      created_at: Fixed<string>;
      /** The highest is the one in use, which wraps new data keys; null: it has never been in use. */
      turn: number | null;
    };
  }
}

export interface RootKeyOptions {
  readonly storage: Storage;
  readonly masterKeys: MasterKeys;
  readonly clock: Clock;
}

/** What a database holds to tell whether a master key is the right one. */
export interface CheckedKey {
  readonly id: string;
  readonly check_value: string;
}

/**
 * The 32-byte key of the instance, made at the first start and kept when master keys are rotated. Every configured master
 * key is checked on the way; throws `VaultError` where one is wrong, none that this database knows is there, or the first one
 * was retired.
 */
export async function openRootKey({ storage, masterKeys, clock }: RootKeyOptions): Promise<Buffer> {
  return storage.transact(async (trx) => {
    const retired = await listRetired(trx);
    refuseRetired(masterKeys, retired);
    const known = await listChecked(trx);
    const rootKey = known.length === 0 ? randomBytes(32) : readRootKey(masterKeys, known);
    for (const key of masterKeys.byId.values())
      if (!retired.has(key.id)) await insertChecked(trx, { key, rootKey, clock });
    await useOne(trx, masterKeys);
    /** Read back: another replica may have been first. */
    return readRootKey(masterKeys, await listChecked(trx));
  });
}

interface NewCheck extends Pick<RootKeyOptions, 'clock'> {
  readonly key: MasterKey;
  readonly rootKey: Buffer;
}

/** From now on the key is told from every other one of its name. */
async function insertChecked(trx: SystemTrx, { key, rootKey, clock }: NewCheck): Promise<void> {
  await trx.rows
    .insertInto('master_keys')
    .values({ id: key.id, check_value: wrap(key, rootKey), created_at: isoTime(clock) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** The id of the master key that wraps new data keys, whichever the configuration has first: a rotation changes it. */
export async function findKeyInUse({ rows }: Pick<SystemTrx | WorkspaceTrx | Storage, 'rows'>): Promise<string> {
  const inUse = rows.selectFrom('master_keys').select('id').where('turn', 'is not', null);
  const found = await inUse.orderBy('turn', 'desc').orderBy('id').limit(1).executeTakeFirst();
  if (found) return found.id;
  throw new VaultError('No master key of this database is in use. Restore the database from a backup.');
}

/** Puts a master key in use, whether or not it is known already: it wraps new data keys from now on. */
export async function putInUse(
  trx: SystemTrx,
  { masterKeys, id, clock }: Pick<RootKeyOptions, 'masterKeys' | 'clock'> & { readonly id: string },
): Promise<void> {
  const rootKey = readRootKey(masterKeys, await listChecked(trx));
  await insertChecked(trx, { key: masterKeyNamed(masterKeys, id), rootKey, clock });
  await takeTurn(trx, id);
}

async function takeTurn(trx: SystemTrx, id: string): Promise<void> {
  const highest = trx.rows.selectFrom('master_keys').select(({ fn }) => fn.max('turn').as('turn'));
  const { turn } = await highest.executeTakeFirstOrThrow();
  const key = trx.rows.updateTable('master_keys').where('id', '=', id);
  await key.set({ turn: (turn ?? 0) + 1 }).execute();
}

/** In use is the one that wraps data keys already, else the first of the configuration. */
async function useOne(trx: SystemTrx, { sealing }: MasterKeys): Promise<void> {
  const used = trx.rows.selectFrom('master_keys').select('id').where('turn', 'is not', null).limit(1);
  if (await used.executeTakeFirst()) return;
  const newest = trx.rows.selectFrom('data_keys').select('master_key_id').orderBy('id', 'desc').limit(1);
  await takeTurn(trx, (await newest.executeTakeFirst())?.master_key_id ?? sealing.id);
}

function listChecked(trx: SystemTrx): Promise<readonly CheckedKey[]> {
  return trx.rows.selectFrom('master_keys').select(['id', 'check_value']).orderBy('created_at').orderBy('id').execute();
}

/** The root key that these checks hold. Throws `VaultError` where no configured master key opens one, or one is wrong. */
export function readRootKey(masterKeys: MasterKeys, known: readonly CheckedKey[]): Buffer {
  const opened = known.flatMap((row) => {
    const key = masterKeys.byId.get(row.id);
    return key ? [unwrap(key, row)] : [];
  });
  const [rootKey] = opened;
  if (!rootKey)
    throw new VaultError(
      missingKeySentence(
        masterKeys,
        known.map(({ id }) => id),
      ),
    );
  if (opened.some((other) => !other.equals(rootKey))) {
    throw new VaultError(
      'The master keys of this database do not belong together. Restore the database from a backup.',
    );
  }
  return rootKey;
}

/** The configured master key of this id. Throws `VaultError` where it is not there. */
export function masterKeyNamed(masterKeys: MasterKeys, id: string): MasterKey {
  const key = masterKeys.byId.get(id);
  if (key) return key;
  throw new VaultError(missingKeySentence(masterKeys, [id]));
}

/** What to say where the database was sealed with keys that are not here. */
export function missingKeySentence({ byId, file }: MasterKeys, missing: readonly string[]): string {
  const here = `${file ?? 'PLUGBOARD_MASTER_KEY'} holds ${list([...byId.keys()])}`;
  return `This database is sealed with the master key ${list(missing)}, but ${here}. Put the right key back and start again.`;
}

function list(ids: readonly string[]): string {
  return ids.map((id) => `"${id}"`).join(', ');
}

function wrap({ id, key }: MasterKey, rootKey: Buffer): string {
  return encrypt(wrappingKey(key), ['root_key', id], rootKey);
}

function unwrap({ id, key }: MasterKey, row: CheckedKey): Buffer {
  const rootKey = decrypt(wrappingKey(key), ['root_key', id], row.check_value);
  if (rootKey) return rootKey;
  throw new VaultError(
    `The master key "${id}" is not the one this database was sealed with. Put the right key back and start again.`,
  );
}

function wrappingKey(masterKey: Buffer): Buffer {
  return subKey(masterKey, 'wrap/root-key');
}
