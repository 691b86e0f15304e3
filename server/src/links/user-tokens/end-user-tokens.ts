import { findEndUser } from '../../access/end-users/end-user-store.ts';
import { endTokens } from '../../access/end-users/tokens/end-tokens.ts';
import { endUserToken, findUserToken } from '../../access/end-users/tokens/user-token-store.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import './user-token-events.ts';

type Ending = Pick<Context, 'db' | 'caller' | 'clock'>;

/** Ends one token on every replica within a second. Throws NOT_FOUND where there is none in force. */
export async function revokeUserToken({ db, caller, clock }: Ending, id: string): Promise<void> {
  await db.transact(async (trx) => {
    const token = await findUserToken(trx, clock, id);
    if (token === undefined || !(await endUserToken(trx, id, isoTime(clock)))) throw noSuchToken();
    await bumpGeneration(trx);
    const data = { endUser: token.endUser.id, count: 1 };
    await appendEvent(trx, clock, {
      type: 'user_token.revoked',
      actor: actorOf(caller),
      subject: `user_token:${id}`,
      data,
    });
  });
}

/**
 * Ends all tokens of an end user, those that the app signed until now too; how many of ours there were. Throws NOT_FOUND
 * where nobody is called so.
 */
export async function revokeTokensOf({ db, caller, clock }: Ending, externalId: string): Promise<number> {
  return db.transact(async (trx) => {
    const endUser = await findEndUser(trx, externalId);
    if (endUser === undefined)
      throw new Failure('NOT_FOUND', 'There is no such end user. "end_user" takes the id that your app calls them by.');
    const count = await endTokens(trx, clock, endUser);
    await appendEvent(trx, clock, {
      type: 'user_token.revoked',
      actor: actorOf(caller),
      subject: `end_user:${endUser.id}`,
      data: { endUser: endUser.id, count },
    });
    return count;
  });
}

function noSuchToken(): Failure {
  return new Failure('NOT_FOUND', 'There is no such token, or it is over already.');
}
