import { type Clock, isoTime } from '../../../lib/clock.ts';
import { digestOf } from '../../../lib/digest.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../../storage/storage.ts';
import { bumpGeneration } from '../../generations.ts';
import type { EndUser } from '../end-user-store.ts';
import { longestSignedMs, skewMs } from '../signed/signed-claims.ts';
import './user-token-store.ts';

declare module '../../../storage/schema.ts' {
  interface Tables {
    /** Whose signed tokens were ended: a digest in the place of the app's id, which who is erased has no more. */
    ended_tokens: {
      workspace_id: WorkspaceColumn;
      subject: Fixed<string>;
      /** Milliseconds since the epoch: what was signed until then no longer counts. */
      signed_until: number;
    };
  }
}

/**
 * Ends everything an end user who is being erased may call with, on every replica within a second: tokens we made, which go
 * with what was written on them, and tokens the app signed, also by a clock a minute ahead of ours. Call it in the
 * transaction that erases, while they still have the app's id. How many of ours there were.
 */
export async function endTokensOf(trx: WorkspaceTrx, clock: Clock, endUserRowId: string): Promise<number> {
  const row = await trx.rows
    .selectFrom('end_users')
    .select('external_id')
    .where('id', '=', endUserRowId)
    .executeTakeFirst();
  if (row === undefined) return 0;
  await endSigned(trx, row.external_id, clock.now() + skewMs);
  const { numDeletedRows } = await trx.rows
    .deleteFrom('user_tokens')
    .where('end_user_id', '=', endUserRowId)
    .executeTakeFirst();
  await bumpGeneration(trx);
  return Number(numDeletedRows);
}

/** The same of somebody who stays, whose tokens are revoked: what the app signs from the next second on counts. */
export async function endTokens(
  trx: WorkspaceTrx,
  clock: Clock,
  { id, externalId }: Pick<EndUser, 'id' | 'externalId'>,
): Promise<number> {
  await endSigned(trx, externalId, clock.now());
  const { numUpdatedRows } = await trx.rows
    .updateTable('user_tokens')
    .set({ revoked_at: isoTime(clock) })
    .where('end_user_id', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', isoTime(clock))
    .executeTakeFirst();
  await bumpGeneration(trx);
  return Number(numUpdatedRows);
}

async function endSigned(trx: WorkspaceTrx, externalId: string, until: number): Promise<void> {
  await trx.rows
    .insertInto('ended_tokens')
    .values({ subject: subjectOf(trx, externalId), signed_until: until })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'subject'])
        .doUpdateSet({ signed_until: until })
        .where('ended_tokens.signed_until', '<', until),
    )
    .execute();
}

/** Until when what was signed for somebody does not count, in milliseconds since the epoch; nothing: minus infinity. */
export async function signedUntil(db: WorkspaceRows, externalId: string): Promise<number> {
  const row = await db.rows
    .selectFrom('ended_tokens')
    .select('signed_until')
    .where('subject', '=', subjectOf(db, externalId))
    .executeTakeFirst();
  return row === undefined ? Number.NEGATIVE_INFINITY : Number(row.signed_until);
}

/** Forgets what has no token left to keep out. */
export async function forgetEnded(storage: Storage, now: number): Promise<void> {
  const over = now - longestSignedMs;
  await storage.transact((trx) => trx.rows.deleteFrom('ended_tokens').where('signed_until', '<', over).execute());
}

function subjectOf({ workspaceId }: WorkspaceRows | WorkspaceTrx, externalId: string): string {
  return digestOf([workspaceId, externalId]);
}
