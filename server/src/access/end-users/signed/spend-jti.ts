import type { Clock } from '../../../lib/clock.ts';
import { sha256 } from '../../../lib/digest.ts';
import type { Storage, WorkspaceTrx } from '../../../storage/storage.ts';
import type { SignedClaims } from './verify-signed.ts';

declare module '../../../storage/schema.ts' {
  interface Tables {
    spent_tokens: {
      workspace_id: WorkspaceColumn;
      key_set_id: Fixed<string>;
      /** SHA-256 of the token's id, in hex. */
      jti: Fixed<string>;
      expires_at: Fixed<number>;
    };
  }
}

/** Uses up a token that counts once; false where it was used before, is over, or has no id (S18). */
export async function spendJti(
  trx: WorkspaceTrx,
  clock: Clock,
  { workspaceId, keySetId, jti, expiresAt }: Pick<SignedClaims, 'workspaceId' | 'keySetId' | 'jti' | 'expiresAt'>,
): Promise<boolean> {
  if (jti === undefined || workspaceId !== trx.workspaceId || expiresAt <= clock.now()) return false;
  const result = await trx.rows
    .insertInto('spent_tokens')
    .values({ key_set_id: keySetId, jti: sha256(jti), expires_at: expiresAt })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'key_set_id', 'jti']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Forgets some of the used tokens that are over by themselves; answers how many. */
export async function forgetSpent(storage: Storage, now: number, most: number): Promise<number> {
  return storage.transact(async ({ rows }) => {
    const oldest = rows
      .selectFrom('spent_tokens')
      .select('jti')
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(most);
    // What another app calls the same is not over with it.
    const over = rows.deleteFrom('spent_tokens').where('expires_at', '<=', now).where('jti', 'in', oldest);
    return Number((await over.executeTakeFirst()).numDeletedRows);
  });
}
