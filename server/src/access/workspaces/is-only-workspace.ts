import type { Storage } from '../../storage/storage.ts';

/** Whether there is one workspace on this instance and no more. */
export async function isOnlyWorkspace({ rows }: Storage): Promise<boolean> {
  const found = await rows.selectFrom('workspaces').select('id').limit(2).execute();
  return found.length === 1;
}
