import type { Clock } from '../lib/clock.ts';
import { isoTime } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';

/** Longer than any call may take: an approval still executing after it was cut off by a crash. Milliseconds. */
const longestCallMs = 5 * 60_000;

/** Marks what a crash cut off as `outcome_unknown` (R2) and what nobody decided in time as `expired`. Idempotent. */
export async function sweepApprovals(
  storage: Storage,
  clock: Clock,
  cutOffAfterMs: number = longestCallMs,
): Promise<void> {
  const now = isoTime(clock);
  await storage.transact(async ({ rows }) => {
    await rows
      .updateTable('approvals')
      .set({ status: 'outcome_unknown', updated_at: now })
      .where('status', '=', 'executing')
      .where('updated_at', '<', isoTime(clock, -cutOffAfterMs))
      .execute();
    await rows
      .updateTable('approvals')
      .set({ status: 'expired', updated_at: now })
      .where('status', '=', 'pending')
      .where('expires_at', '<=', now)
      .execute();
  });
}
