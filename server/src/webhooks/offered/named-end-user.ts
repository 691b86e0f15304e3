import { findEndUsers } from '../../access/end-users/end-user-store.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';

/** The end user of this row as the app calls them; null for nobody, and for who was erased. */
export async function namedEndUser(db: WorkspaceRows, endUserId: string | null): Promise<JsonObject | null> {
  if (endUserId === null) return null;
  const endUser = (await findEndUsers(db, [endUserId])).get(endUserId);
  return endUser === undefined ? null : { id: endUser.externalId };
}
