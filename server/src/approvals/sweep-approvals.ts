import { appendEvent, systemActor } from '../events/append-event.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Storage, SystemTrx } from '../storage/storage.ts';
import { aboutApproval, toldColumns } from './approval-events.ts';

/** Longer than any call may take: an approval still executing after it was cut off by a crash. Milliseconds. */
const longestCallMs = 5 * 60_000;
/** Rows moved in one transaction, so that others get their turn between. */
const rowsAtOnce = 200;

/**
 * Marks what a crash cut off as `outcome_unknown` (R2) and what nobody decided in time as `expired`, each with its event, and
 * each once however many replicas sweep. Idempotent.
 */
export async function sweepApprovals(
  storage: Storage,
  clock: Clock,
  cutOffAfterMs: number = longestCallMs,
): Promise<void> {
  const cutOff = { from: 'executing', to: 'outcome_unknown', column: 'updated_at', before: -cutOffAfterMs } as const;
  const undecided = { from: 'pending', to: 'expired', column: 'expires_at', before: 1 } as const;
  for (const sweep of [cutOff, undecided]) {
    while ((await storage.transact((trx) => moveSome(trx, clock, sweep))) === rowsAtOnce);
  }
}

interface Sweep {
  readonly from: 'executing' | 'pending';
  readonly to: 'outcome_unknown' | 'expired';
  /** The time that is looked at, and before when from now it has to be, in milliseconds. */
  readonly column: 'updated_at' | 'expires_at';
  readonly before: number;
}

/** Answers how many it moved. */
async function moveSome(trx: SystemTrx, clock: Clock, { from, to, column, before }: Sweep): Promise<number> {
  const some = trx.rows
    .selectFrom('approvals')
    .select('id')
    .where('status', '=', from)
    .where(column, '<', isoTime(clock, before))
    .limit(rowsAtOnce);
  const moved = await trx.rows
    .updateTable('approvals')
    .set({ status: to, updated_at: isoTime(clock) })
    .where('status', '=', from)
    .where('id', 'in', some)
    .returning(['workspace_id', ...toldColumns])
    .execute();
  for (const row of moved) {
    const { subject, about } = aboutApproval(row);
    const happened =
      to === 'expired'
        ? ({ type: 'approval.expired', data: about } as const)
        : ({ type: 'approval.settled', data: { ...about, status: to } } as const);
    const inside = trx.workspace(row.workspace_id);
    await appendEvent(inside, clock, { ...happened, actor: systemActor, subject });
  }
  return moved.length;
}
