import { isRecord } from '../../server/src/lib/json.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { loose } from './loose-database.ts';
import type { ApiAnswer } from './plugboard.ts';

/**
 * Lets the time pass that replaced data keys are kept for, but for what a process may take to hear of it (R6); until the rotation
 * is over.
 */
export async function letGraceEnd(storage: Pick<Storage, 'writer' | 'rows'>): Promise<void> {
  const db = loose(storage.writer);
  for (;;) {
    const heardBy = Date.now() - 1_500;
    await db.updateTable('data_keys').set({ replaced_at: 0 }).where('replaced_at', '<', heardBy).execute();
    const running = loose(storage.rows).selectFrom('key_rotations').select('id').where('running', '=', 1);
    if ((await running.executeTakeFirst()) === undefined) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

/** The data keys that any text in the database names as a box does. */
export async function keysNamed({ writer }: Pick<Storage, 'writer'>): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { name } of await writer.introspection.getTables()) {
    const rows = await loose(writer).selectFrom(name).selectAll().execute();
    const texts = rows.flatMap((row) => Object.values(row).map(String));
    for (const [, id = ''] of texts.join('\n').matchAll(/pb1\.([0-9a-f-]{36})\./g)) found.add(id);
  }
  return [...found];
}

/** What an answer says of the rotation. */
export function rotationOf({ body }: Pick<ApiAnswer, 'body'>): Readonly<Record<string, unknown>> {
  const rotation = body['rotation'];
  return isRecord(rotation) ? rotation : {};
}
