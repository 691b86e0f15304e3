import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, MasterKey } from '../config.ts';
import { newMasterKey, openKeyFile, replaceKeyFile } from './key-file.ts';
import { VaultError } from './vault.ts';

/** The keys above all others. Which of them is in use says the database; all of them open. */
export interface MasterKeys {
  /** The newest: in use from the beginning of a new database, and once the keys are rotated to it. */
  readonly sealing: MasterKey;
  readonly byId: ReadonlyMap<string, MasterKey>;
  /** Where the keys lie beside the data they lock (S15); `undefined` where the environment brings them. */
  readonly file: string | undefined;
  /** Puts a new key in front of those in the file, on disk when this resolves; absent where the environment brings them. */
  readonly add?: () => Promise<void>;
  /** Moves all other keys but this one from the file into `<file>.retired`: an older backup may need them. */
  readonly keepOnly?: (id: string) => Promise<void>;
}

/**
 * The configured master keys, newest first, or those in the data directory, where the first start makes one. Throws
 * `VaultError`.
 */
export async function loadMasterKeys({
  masterKeys,
  dataDir,
}: Pick<Config, 'masterKeys' | 'dataDir'>): Promise<MasterKeys> {
  const [first] = masterKeys;
  if (first) return { sealing: first, byId: indexed(masterKeys), file: undefined };
  return keysInFile(join(dataDir, 'master.key'));
}

/** The keys of a file of ours, as they are after each change of it. */
async function keysInFile(file: string): Promise<MasterKeys> {
  let keys = await openKeyFile(file);
  let byId = indexed(keys);
  let last: Promise<void> = Promise.resolve();
  /** One after the other: what is in memory is what is on disk. */
  const change = (next: (now: typeof keys) => Promise<typeof keys>): Promise<void> => {
    const work = async (): Promise<void> => {
      const changed = await next(keys);
      if (changed === keys) return;
      await replaceKeyFile(file, changed);
      keys = changed;
      byId = indexed(changed);
    };
    last = last.then(work, work);
    return last;
  };
  return {
    get sealing() {
      return keys[0];
    },
    get byId() {
      return byId;
    },
    file,
    add: () => change(async (now) => [newMasterKey(), ...now]),
    keepOnly: (id) =>
      change(async (now) => {
        const kept = now.find((key) => key.id === id);
        const others = now.filter((key) => key.id !== id);
        if (!kept || others.length === 0) return now;
        await putAside(`${file}.retired`, others);
        return [kept];
      }),
  };
}

/** Behind those that were put there before. */
async function putAside(file: string, keys: readonly MasterKey[]): Promise<void> {
  const before = existsSync(file) ? await openKeyFile(file) : [];
  const known = new Set(before.map(({ id }) => id));
  await replaceKeyFile(file, [...keys.filter(({ id }) => !known.has(id)), ...before]);
}

function indexed(keys: readonly MasterKey[]): ReadonlyMap<string, MasterKey> {
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size < keys.length) throw new VaultError('Two master keys have the same id. Give each its own.');
  if (keys.some(({ key }) => key.length !== 32)) throw new VaultError('A master key must have 32 bytes.');
  return byId;
}
