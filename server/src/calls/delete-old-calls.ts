import { setImmediate as nextTurn } from 'node:timers/promises';
import { type KeySource, openChain } from '../events/chain/chain.ts';
import { writeMark } from '../events/chain/mark.ts';
import { dropLeaves } from '../events/chain/segment-store.ts';
import type { Storage, WorkspaceDb } from '../storage/storage.ts';

/** Rows a transaction: others write in between. */
const atOnce = 200;

export interface RetentionParts {
  readonly storage: Storage;
  readonly vault: KeySource;
}

/**
 * Deletes the calls before a time (ISO 8601 with milliseconds, UTC) of all workspaces, a few at a time; answers how many.
 * What was deleted so is stated beside the audit chain, which therefore still holds.
 */
export async function deleteOldCalls({ storage, vault }: RetentionParts, before: string): Promise<number> {
  let count = 0;
  let workspaceId = await nextWorkspace(storage, '');
  while (workspaceId !== undefined) {
    count += await deleteOlder({ db: storage.workspace(workspaceId), vault }, before);
    workspaceId = await nextWorkspace(storage, workspaceId);
  }
  return count;
}

/** By the index of the log, from one workspace to the next: a query for all of them would read every row. */
async function nextWorkspace(storage: Storage, previous: string): Promise<string | undefined> {
  const row = await storage.rows
    .selectFrom('calls')
    .select('workspace_id')
    .where('workspace_id', '>', previous)
    .orderBy('workspace_id')
    .limit(1)
    .executeTakeFirst();
  return row?.workspace_id;
}

interface Expiring {
  readonly db: WorkspaceDb;
  readonly vault: KeySource;
}

async function deleteOlder(expiring: Expiring, before: string): Promise<number> {
  let count = 0;
  for (;;) {
    const deleted = await deleteSome(expiring, before);
    count += deleted;
    if (deleted < atOnce) break;
    await nextTurn();
  }
  if (count > 0) await expiring.db.transact((trx) => dropLeaves(trx, before));
  return count;
}

function deleteSome({ db, vault }: Expiring, before: string): Promise<number> {
  return db.transact(async (trx) => {
    const { rows } = trx;
    const oldest = rows.selectFrom('calls').select('id').where('at', '<', before).orderBy('at').limit(atOnce);
    const result = await rows.deleteFrom('calls').where('id', 'in', oldest).executeTakeFirst();
    const count = Number(result.numDeletedRows);
    if (count > 0) await writeMark(trx, openChain(vault, db.workspaceId), ['calls_before', before]);
    return count;
  });
}
