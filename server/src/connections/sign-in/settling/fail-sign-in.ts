import { bumpGeneration } from '../../../access/generations.ts';
import { type Actor, appendEvent } from '../../../events/append-event.ts';
import { isoTime } from '../../../lib/clock.ts';
import { type Handshake, stepHandshake } from '../../../oauth/handshakes/handshake-store.ts';
import { subjectOf } from '../../connection-events.ts';
import { changeConnection, findConnection } from '../../connection-store.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** Why a handshake came to nothing, and through whom. */
export interface SignInFailure {
  readonly handshake: Pick<Handshake, 'id' | 'connectionId'>;
  readonly actor: Actor;
  /** A sentence for people, with no secret in it. */
  readonly problem: string;
}

const longest = 500;

/**
 * Ends a handshake: what it held is forgotten, and a connection that was waiting for it says why (RULINGS 004.6). One that was
 * connected goes on as it was. Nothing happens to a handshake that is over already.
 */
export async function failSignIn(
  { db, clock }: Pick<SignInContext, 'db' | 'clock'>,
  { handshake, actor, problem }: SignInFailure,
): Promise<void> {
  const reason = problem.slice(0, longest);
  const now = isoTime(clock);
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const change = { status: 'failed', problem: reason, box: null };
    const from = ['asking', 'waiting', 'taken', 'confirming'] as const;
    if (!(await stepHandshake(trx, handshake.id, { from, now, change }))) return;
    const connection = await findConnection(trx, handshake.connectionId);
    if (connection === undefined || connection.deletedAt !== null) return;
    if (connection.status === 'pending')
      await changeConnection(trx, connection, { status_reason: reason, updated_at: now });
    await appendEvent(trx, clock, {
      type: 'connection.sign_in_failed',
      actor,
      subject: subjectOf(connection),
      data: { connector: connection.connectorId, reason },
    });
  });
}
