import { findEndUser, findEndUsers } from '../../access/end-users/end-user-store.ts';
import { Failure } from '../../errors.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import type { RevocationFilter } from './revocation-filter.ts';

/** A filter as it is kept, from what somebody asked for. Throws BAD_REQUEST where it names an end user whom no app has named. */
export async function resolveFilter(db: WorkspaceRows, filter: RevocationFilter): Promise<RevocationFilter> {
  if (filter.end_user === undefined) return filter;
  const endUser = await findEndUser(db, filter.end_user);
  if (endUser) return { ...filter, end_user: endUser.id };
  throw new Failure('BAD_REQUEST', 'No end user is called like that. GET /api/v1/end-users finds them.');
}

/** Filters as they are shown again: whoever was erased stays what stands in their place. */
export async function showFilters(
  db: WorkspaceRows,
  filters: readonly (RevocationFilter | undefined)[],
): Promise<readonly (RevocationFilter | undefined)[]> {
  const named = filters.flatMap((filter) => filter?.end_user ?? []);
  const endUsers = await findEndUsers(db, named);
  return filters.map((filter) => {
    if (filter?.end_user === undefined) return filter;
    return { ...filter, end_user: endUsers.get(filter.end_user)?.externalId ?? filter.end_user };
  });
}
