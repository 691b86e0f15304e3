import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Storage } from '../storage/storage.ts';
import { giveBack } from './file-space.ts';
import { removeFile } from './file-store.ts';

const atOnce = 20;

/** Deletes the files of all workspaces that expired before `now` (ISO 8601), and what never finished arriving; answers how many. */
export async function sweepFiles(storage: Storage, now: string): Promise<number> {
  let count = 0;
  for (;;) {
    const expired = await storage.rows
      .selectFrom('files')
      .select(['id', 'workspace_id'])
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(atOnce)
      .execute();
    if (expired.length === 0) return count;
    for (const { id, workspace_id } of expired) count += await sweepOne(storage, workspace_id, id);
    await nextTurn();
  }
}

/** None where another replica was faster, so that its space is given back once. */
function sweepOne(storage: Storage, workspaceId: string, id: string): Promise<number> {
  return storage.workspace(workspaceId).transact(async (trx) => {
    const bytes = await removeFile(trx, id);
    if (bytes === undefined) return 0;
    await giveBack(trx, { files: 1, bytes });
    return 1;
  });
}
