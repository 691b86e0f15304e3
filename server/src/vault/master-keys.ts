import { join } from 'node:path';
import type { Config, MasterKey } from '../config.ts';
import { openKeyFile } from './key-file.ts';
import { VaultError } from './vault.ts';

/** The keys above all others: one seals, all of them open. */
export interface MasterKeys {
  readonly sealing: MasterKey;
  readonly byId: ReadonlyMap<string, MasterKey>;
  /** Where the key lies beside the data it locks (S15); `undefined` where the environment brings it. */
  readonly file: string | undefined;
}

/** The configured master keys, newest first, or the one in the data directory, made at the first start. Throws `VaultError`. */
export async function loadMasterKeys({
  masterKeys,
  dataDir,
}: Pick<Config, 'masterKeys' | 'dataDir'>): Promise<MasterKeys> {
  const [first] = masterKeys;
  if (first) return { sealing: first, byId: indexed(masterKeys), file: undefined };
  const file = join(dataDir, 'master.key');
  const key = await openKeyFile(file);
  return { sealing: key, byId: indexed([key]), file };
}

function indexed(keys: readonly MasterKey[]): ReadonlyMap<string, MasterKey> {
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size < keys.length) throw new VaultError('Two master keys have the same id. Give each its own.');
  if (keys.some(({ key }) => key.length !== 32)) throw new VaultError('A master key must have 32 bytes.');
  return byId;
}
