import type { Person } from '../access/workspaces/person-store.ts';
import type { Storage, WorkspaceRows } from '../storage/storage.ts';

/** Somebody by their id. */
export function findPerson({ rows }: Pick<Storage, 'rows'>, id: string): Promise<Person | undefined> {
  return rows.selectFrom('people').select(['id', 'name', 'email']).where('id', '=', id).executeTakeFirst();
}

/** Whether the person is in the workspace. */
export async function isMember({ rows }: WorkspaceRows, userId: string): Promise<boolean> {
  const member = await rows.selectFrom('members').select('id').where('user_id', '=', userId).executeTakeFirst();
  return member !== undefined;
}
