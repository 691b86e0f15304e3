import type { Storage } from '../../server/src/storage/storage.ts';
import { loose } from './loose-database.ts';

const at = '2026-01-01T00:00:00.000Z';
const names = ['x', 'y', 'z'];

/** People and workspaces, and in each workspace named three projects and three crews with the same names everywhere. */
export async function fillWorkspaces(storage: Storage, workspaceIds: readonly string[]): Promise<void> {
  const db = loose(storage.writer);
  for (const name of names) {
    await db
      .insertInto('people')
      .values({ id: name, name, email: name, email_verified: 0, created_at: at, updated_at: at })
      .execute();
  }
  for (const id of ['a', 'b'])
    await db.insertInto('workspaces').values({ id, name: 'x', slug: id, created_at: at }).execute();
  for (const workspaceId of workspaceIds) {
    for (const name of names) {
      const row = { workspace_id: workspaceId, name, slug: name, created_at: at };
      await db
        .insertInto('projects')
        .values({ ...row, id: name })
        .execute();
      await db
        .insertInto('crews')
        .values({ ...row, id: `${workspaceId}-${name}` })
        .execute();
    }
  }
}
