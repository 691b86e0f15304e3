import { readInstance } from '../../access/keys/known-keys.ts';
import type { Storage } from '../../storage/storage.ts';

interface Account {
  readonly userId: string;
  /** Where there is an account. */
  readonly email: string | undefined;
}

/** Deletes the account of somebody who is in no workspace any more, with their sign-ins and sessions; else it stays. */
export function forgetAccount(storage: Storage, { userId, email }: Account): Promise<'deleted' | 'kept'> {
  return storage.transact(async (trx) => {
    const membership = trx.rows.selectFrom('members').select('id').where('user_id', '=', userId).limit(1);
    const { operatorId } = await readInstance(trx);
    if (operatorId === userId || (await membership.executeTakeFirst()) !== undefined) return 'kept';
    await trx.rows.deleteFrom('people').where('id', '=', userId).execute();
    const attempts = trx.rows.deleteFrom('rate_limits').where('key', '=', `sign-in ${email}`);
    await attempts.execute();
    return 'deleted';
  });
}
