import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import type { Storage, SystemTrx } from '../storage/storage.ts';
import type { MasterKeys } from './master-keys.ts';
import { VaultError } from './vault.ts';
import './rotation/tables.ts';

const ids = z.array(z.string());

/** When a master key was taken out of use (ISO 8601), and which one took its place. */
export interface Retirement {
  readonly at: string;
  readonly successor: string;
}

/** The master keys that rotations took out of use, by id: an id is never used again. */
export async function listRetired({
  rows,
}: Pick<SystemTrx | Storage, 'rows'>): Promise<ReadonlyMap<string, Retirement>> {
  const rotations = await rows
    .selectFrom('key_rotations')
    .select(['retired', 'wrapped_at', 'master_key_id'])
    .where('wrapped_at', 'is not', null)
    .orderBy('id')
    .execute();
  return new Map(
    rotations.flatMap(({ retired, wrapped_at, master_key_id }) =>
      readIds(retired).map((id) => [id, { at: wrapped_at ?? '', successor: master_key_id }]),
    ),
  );
}

/** The ids in a column that holds some. */
export function readIds(text: string): readonly string[] {
  return ids.parse(parseJson(text));
}

/** Throws `VaultError` where the key that comes first was retired: nothing is sealed with it again. */
export function refuseRetired({ sealing, file }: MasterKeys, retired: ReadonlyMap<string, Retirement>): void {
  const end = retired.get(sealing.id);
  if (end === undefined) return;
  throw new VaultError(
    `${file ?? 'PLUGBOARD_MASTER_KEY'} begins with "${sealing.id}", the name of a master key that was retired on ${end.at.slice(0, 10)}, when "${end.successor}" took its place. Put the newest key first and take this one out; a new key needs a name that none has had.`,
  );
}
