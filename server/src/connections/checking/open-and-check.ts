import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Connection } from '../connection.ts';
import { justWritten } from '../connection-store.ts';
import { type NewConnection, prepareConnection } from '../new-connection.ts';
import { isSubmitted } from '../values/availability.ts';

/** Why a connection is pending whose sign-in takes a browser. */
export const waitingForSignIn = 'Waiting for somebody to sign in.';

/** A connection about to exist, before it is said what it waits for. */
export type Opening = Omit<NewConnection, 'status' | 'statusReason'>;

/**
 * Makes a connection without waiting for the provider (RULINGS 001.7) and answers it as it was made: it is `pending` and being checked,
 * and a job makes it `connected` or `auth_failed`. Where signing in takes a browser it waits for that instead.
 */
export async function openAndCheck(ctx: Context, opening: Opening): Promise<Connection> {
  const submitted = isSubmitted(opening.authMode);
  const statusReason = submitted ? 'checking' : waitingForSignIn;
  const { id, insert } = await prepareConnection(ctx, { ...opening, status: 'pending', statusReason });
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await insert(trx);
    if (submitted)
      await enqueue(trx, ctx.clock, { kind: 'connection.check', payload: { connectionId: id }, uniqueKey: id });
    return justWritten(trx, id);
  });
}
