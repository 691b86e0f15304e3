import { appendEvent, systemActor } from '../../events/append-event.ts';
import { databaseTime } from '../../storage/leases/database-time.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { Look, Resealing } from './reseal-workspace.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    /** What a workspace keeps sealed is under a new data key, and the one before is gone; unless some of it does not open. */
    'keys.rotated': { readonly rotation: string; readonly unreadable: number };
  }
}

/**
 * Deletes the data keys of a workspace that were replaced, once no box names them and nobody can be about to write one that does.
 * Where boxes name them that do not open, they are kept, with how many those are.
 */
export async function dropDataKeys(
  parts: RotationParts,
  { workspaceId, keyIds, rotation }: Resealing,
  { unreadable, isGivenUp }: Look,
): Promise<void> {
  const { storage, clock, vault, log } = parts;
  const isSettled = await storage.workspace(workspaceId).transact(async (trx) => {
    if (!(await areOver(parts, trx, keyIds))) return false;
    const left = await countBoxes(parts, trx, { keyIds, most: unreadable.length + 1 });
    if (left !== unreadable.length && !isGivenUp) return false;
    if (left === 0) await trx.rows.deleteFrom('data_keys').where('id', 'in', keyIds).execute();
    else await trx.rows.updateTable('data_keys').set({ unreadable: left }).where('id', 'in', keyIds).execute();
    const data = { rotation: rotation.id, unreadable: left };
    await appendEvent(trx, clock, { type: 'keys.rotated', actor: systemActor, subject: 'keys', data });
    return true;
  });
  if (!isSettled) return;
  vault.forget(workspaceId);
  for (const facts of unreadable) log.warn({ workspace: workspaceId, ...facts }, 'A box does not open. It is kept.');
}

/** Locks them, so that who is writing a box with one of them comes to an end first, or finds it gone. */
async function areOver({ storage, graceMs }: RotationParts, trx: WorkspaceTrx, keyIds: readonly string[]) {
  const query = trx.rows
    .selectFrom('data_keys')
    .select('id')
    .where('id', 'in', keyIds)
    .where(({ eb }) => eb('replaced_at', '<=', eb(databaseTime(storage.engine), '-', graceMs)));
  const over = await (storage.engine === 'postgres' ? query.forUpdate() : query).execute();
  return over.length === keyIds.length;
}

async function countBoxes(
  { places }: RotationParts,
  trx: WorkspaceTrx,
  { keyIds, most }: { readonly keyIds: readonly string[]; readonly most: number },
): Promise<number> {
  let count = 0;
  for (const place of places) if (count < most) count += await place.count(trx, keyIds, most - count);
  return count;
}
