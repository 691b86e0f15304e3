import type { WorkspaceTrx } from '../storage/storage.ts';
import { fileLimits } from './file.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    file_usage: {
      workspace_id: WorkspaceColumn;
      files: number;
      bytes: number;
    };
  }
}

/** What a file takes up of what its workspace may keep. */
export interface Space {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Takes space in the transaction that fills it; false where the workspace has no more. One statement decides, so that
 * uploads at the same time cannot take the same space.
 */
export async function takeSpace({ rows }: WorkspaceTrx, { files, bytes }: Space): Promise<boolean> {
  await rows
    .insertInto('file_usage')
    .values({ files: 0, bytes: 0 })
    .onConflict((conflict) => conflict.column('workspace_id').doNothing())
    .execute();
  const taken = await rows
    .updateTable('file_usage')
    .set(({ eb }) => ({ files: eb('files', '+', files), bytes: eb('bytes', '+', bytes) }))
    .where('files', '<=', fileLimits.filesTogether - files)
    .where('bytes', '<=', fileLimits.bytesTogether - bytes)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** Gives space back in the transaction that empties it. */
export async function giveBack({ rows }: WorkspaceTrx, { files, bytes }: Space): Promise<void> {
  await rows
    .updateTable('file_usage')
    .set(({ eb }) => ({ files: eb('files', '-', files), bytes: eb('bytes', '-', bytes) }))
    .execute();
}
