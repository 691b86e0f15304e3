import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import './tokens/user-token-store.ts';

/** How many tokens of an end user, by their row's id, are in force. */
export async function countTokensOf(db: WorkspaceRows, clock: Clock, endUserId: string): Promise<number> {
  const row = await db.rows
    .selectFrom('user_tokens')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('end_user_id', '=', endUserId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', isoTime(clock))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
