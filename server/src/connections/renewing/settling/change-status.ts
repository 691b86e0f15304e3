import { appendEvent, systemActor } from '../../../events/append-event.ts';
import { type Clock, isoTime } from '../../../lib/clock.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import { subjectOf } from '../../connection-events.ts';
import { type RenewalResult, statusAfterRenewal } from './status-after-renewal.ts';

/** A connection as it was read, and what came of renewing its token. */
export interface StatusChange {
  readonly connection: Connection;
  readonly result: RenewalResult;
}

/**
 * Puts a connection's status after a renewal, and its event, where that is another one; in the transaction that keeps what
 * came of it. One that was configured anew meanwhile, or deleted, stays as it is.
 */
export async function changeStatus(
  trx: WorkspaceTrx,
  clock: Clock,
  { connection, result }: StatusChange,
): Promise<void> {
  const after = statusAfterRenewal(connection, result);
  if (after.status === connection.status) return;
  const changed = await trx.rows
    .updateTable('connections')
    .set({ ...after, updated_at: isoTime(clock) })
    .where('id', '=', connection.id)
    .where('generation', '=', connection.generation)
    .where('status', '=', connection.status)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) return;
  const { connectorId: connector, identity } = connection;
  const about = { actor: systemActor, subject: subjectOf(connection) };
  await (after.status === 'connected'
    ? appendEvent(trx, clock, { type: 'connection.connected', ...about, data: { connector, identity } })
    : appendEvent(trx, clock, {
        type: 'connection.failed',
        ...about,
        data: { connector, status: after.status, reason: after.status_reason ?? '' },
      }));
}
