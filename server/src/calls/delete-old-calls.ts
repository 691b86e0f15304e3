import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Storage, WorkspaceDb } from '../storage/storage.ts';

/** Rows a transaction: others write in between. */
const atOnce = 500;

/** Deletes the calls before a time (ISO 8601 with milliseconds, UTC) of all workspaces, a few at a time; answers how many. */
export async function deleteOldCalls(storage: Storage, before: string): Promise<number> {
  let count = 0;
  let workspaceId = await nextWorkspace(storage, '');
  while (workspaceId !== undefined) {
    count += await deleteOlder(storage.workspace(workspaceId), before);
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

async function deleteOlder(db: WorkspaceDb, before: string): Promise<number> {
  let count = 0;
  for (;;) {
    const deleted = await deleteSome(db, before);
    count += deleted;
    if (deleted < atOnce) return count;
    await nextTurn();
  }
}

function deleteSome(db: WorkspaceDb, before: string): Promise<number> {
  return db.transact(async ({ rows }) => {
    const oldest = rows.selectFrom('calls').select('id').where('at', '<', before).orderBy('at').limit(atOnce);
    const result = await rows.deleteFrom('calls').where('id', 'in', oldest).executeTakeFirst();
    return Number(result.numDeletedRows);
  });
}
