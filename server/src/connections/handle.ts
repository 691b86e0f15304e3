import type { WorkspaceTrx } from '../storage/storage.ts';

const longest = 22;

/** The first free handle for a new connection: from the connector's id, then `-2`, `-3` … (RULINGS, Everywhere 16). */
export async function takeHandle(trx: WorkspaceTrx, base: string): Promise<string> {
  const stem = handleStem(base);
  const rows = await trx.rows
    .selectFrom('connections')
    .select('handle')
    .where('handle', 'like', `${stem.slice(0, 16)}%`)
    .where((where) => where.or([where('end_user_id', 'is', null), where('handle', '=', stem)]))
    .execute();
  return firstFree(stem, new Set(rows.map((row) => row.handle)));
}

/**
 * A handle for a connection of an end user, of whom there may be very many: ended by chance instead of counted. They call
 * their tools by the connector's name and never need it.
 */
export async function takeHandleByChance(trx: WorkspaceTrx, base: string, newId: () => string): Promise<string> {
  for (;;) {
    const handle = `${handleStem(base).slice(0, longest - chance - 1)}-${newId().slice(-chance)}`;
    const taken = trx.rows.selectFrom('connections').select('id').where('handle', '=', handle);
    if ((await taken.executeTakeFirst()) === undefined) return handle;
  }
}

/** Of the random end of an id: digits and letters from a to f. */
const chance = 10;

/** Lower case letters, digits and dashes, at most 22 of them. */
export function handleStem(base: string): string {
  const stem = base
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+|-+$/g, '');
  return stem || 'connection';
}

/** The stem itself or the stem with the lowest number that nobody has, still at most 22 characters. */
export function firstFree(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number += 1) {
    const suffix = `-${number}`;
    const handle = `${stem.slice(0, longest - suffix.length)}${suffix}`;
    if (!taken.has(handle)) return handle;
  }
}
