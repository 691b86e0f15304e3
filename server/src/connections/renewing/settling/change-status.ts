import { systemActor } from '../../../events/append-event.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import { healthColumns, tellHealth } from '../../health/health-columns.ts';
import { type Finding, transition } from '../../health/transition.ts';

/** A connection as it was read, and what came of renewing its token. */
export interface StatusChange {
  readonly connection: Connection;
  readonly finding: Finding;
}

/**
 * Puts a connection's status after a renewal, and its event, where that is another one; in the transaction that keeps what
 * came of it. One that was configured anew meanwhile, or deleted, stays as it is.
 */
export async function changeStatus(
  trx: WorkspaceTrx,
  clock: Clock,
  { connection, finding }: StatusChange,
): Promise<void> {
  const after = transition(connection, finding);
  if (after.status === connection.status) return;
  const changed = await trx.rows
    .updateTable('connections')
    .set(healthColumns(clock, after))
    .where('id', '=', connection.id)
    .where('generation', '=', connection.generation)
    .where('status', '=', connection.status)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) return;
  await tellHealth(trx, clock, { connection, actor: systemActor, identity: connection.identity, transition: after });
}

/** What it means that there will be no new token: submitted values that are exchanged for it are refused themselves. */
export function noNewToken(kind: 'code' | 'exchange', message: string): Finding {
  return { is: kind === 'code' ? 'over' : 'refused', message };
}
