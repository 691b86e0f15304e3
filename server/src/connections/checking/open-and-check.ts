import { bumpGeneration } from '../../access/generations.ts';
import { exchangeIn, inMode } from '../../catalog/meant/in-mode.ts';
import type { Context } from '../../context.ts';
import { putGrant } from '../../credentials/grants/grant-store.ts';
import { type NewGrant, sealGrant } from '../../credentials/grants/seal-grant.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Connection } from '../connection.ts';
import { justWritten } from '../connection-store.ts';
import { type NewConnection, prepareConnection } from '../new-connection.ts';
import { isSubmitted } from '../values/availability.ts';

/** Why a connection is pending whose sign-in takes a browser. */
export const waitingForSignIn = 'Waiting for somebody to sign in.';

/** A connection about to exist, before it is said what it waits for. */
export interface Opening extends Omit<NewConnection, 'status' | 'statusReason' | 'expiresAt'> {
  /** What renews the token among its credentials. */
  readonly grant?: NewGrant | undefined;
}

/**
 * Makes a connection without waiting for the provider (RULINGS 001.7) and answers it as it was made: it is `pending` and being checked,
 * and a job makes it `connected` or `auth_failed`. Where signing in takes a browser it waits for that instead.
 */
export async function openAndCheck(ctx: Context, opening: Opening): Promise<Connection> {
  const grant = opening.grant ?? exchanged(ctx, opening);
  const isChecked = isSubmitted(opening.authMode) || grant !== undefined;
  const { id, insert } = await prepareConnection(ctx, {
    ...opening,
    status: 'pending',
    statusReason: isChecked ? 'checking' : waitingForSignIn,
    expiresAt: grant?.expiresAt === undefined ? null : new Date(grant.expiresAt).toISOString(),
  });
  const sealed = grant && (await sealGrant(ctx, id, grant));
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await insert(trx);
    if (sealed) await putGrant(trx, sealed);
    if (isChecked)
      await enqueue(trx, ctx.clock, { kind: 'connection.check', payload: { connectionId: id }, uniqueKey: id });
    return justWritten(trx, id);
  });
}

/** What is exchanged has a token that is over already: the check is the first to need one. */
function exchanged({ clock }: Pick<Context, 'clock'>, { connector, authMode }: Opening): NewGrant | undefined {
  if (exchangeIn(inMode(connector, authMode)) === undefined) return undefined;
  return { secrets: { kind: 'exchange' }, obtainedAt: clock.now(), expiresAt: clock.now() };
}
