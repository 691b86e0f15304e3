import { isoTime } from '../../../lib/clock.ts';
import { readTextList } from '../../../lib/json.ts';
import type { WorkspaceRows } from '../../../storage/storage.ts';
import type { Caller } from '../../caller.ts';
import type { Reviving } from '../../revive.ts';
import { endUserCaller } from '../as-end-user.ts';
import { findEndUsers } from '../end-user-store.ts';
import { keptAfterMs, makerStands } from './user-token-store.ts';

/**
 * An end user as they stand now, for what they asked for earlier: with all their connectors, and with what is named for them by
 * tokens that nobody revoked, over or not, and may be named by the workspace's key sets. `undefined` where they were erased.
 */
export async function reviveEndUser(
  { storage, clock }: Reviving,
  id: string,
  workspaceId: string,
): Promise<Caller | undefined> {
  const db = storage.workspace(workspaceId);
  const endUser = (await findEndUsers(db, [id])).get(id);
  if (endUser === undefined) return undefined;
  const [byTokens, byKeySets] = await Promise.all([namedByTokens(db, id, isoTime(clock, -keptAfterMs)), ofKeySets(db)]);
  return endUserCaller(endUser, {
    workspaceId,
    via: 'user_token',
    connections: new Set([...byTokens.flatMap(({ connections }) => connections), ...byKeySets].flatMap(readTextList)),
    namedBy: new Set(byTokens.map(({ maker }) => maker)),
  });
}

/** More different lists than this are not looked at. */
const mostLists = 1_000;

function namedByTokens(db: WorkspaceRows, endUserId: string, overAfter: string) {
  return db.rows
    .selectFrom('user_tokens')
    .select(['connections', 'maker_user_id as maker'])
    .distinct()
    .where('end_user_id', '=', endUserId)
    .where('connections', '!=', '[]')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', overAfter)
    .where(makerStands)
    .limit(mostLists)
    .execute();
}

async function ofKeySets(db: WorkspaceRows): Promise<readonly string[]> {
  const rows = await db.rows.selectFrom('key_sets').select('connections').where('revoked_at', 'is', null).execute();
  return rows.map(({ connections }) => connections);
}
