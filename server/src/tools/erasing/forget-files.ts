import { giveBack } from '../../files/file-space.ts';
import { removeFile } from '../../files/file-store.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';

const atOnce = 20;

/** Deletes every file of somebody with its bytes, one that is still arriving included. */
export async function forgetFiles(db: WorkspaceDb, userId: string): Promise<void> {
  for (;;) {
    const theirs = db.rows.selectFrom('files').select('id').where('user_id', '=', userId);
    const files = await theirs.limit(atOnce).execute();
    if (files.length === 0) return;
    for (const { id } of files) await forgetFile(db, id);
  }
}

function forgetFile(db: WorkspaceDb, id: string): Promise<void> {
  return db.transact(async (trx) => {
    const bytes = await removeFile(trx, id);
    if (bytes !== undefined) await giveBack(trx, { files: 1, bytes });
  });
}
