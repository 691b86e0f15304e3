import { sweepApprovals } from '../approvals/sweep-approvals.ts';
import { deleteOldCalls } from '../calls/delete-old-calls.ts';
import { sweepUnfinished } from '../calls/sweep-unfinished.ts';
import type { App } from '../context.ts';
import type { HouseTask } from '../jobs/keep-house.ts';
import { isoTime } from '../lib/clock.ts';

const minuteMs = 60_000;
/** Longer than any call may take: what is still executing after it was cut off by a crash. */
const longestCallMs = 5 * minuteMs;

/** What calls and approvals leave behind: cut-off writes are told (R2), undecided calls expire, old records go (R11). */
export function houseKeeping({
  storage,
  clock,
  config,
}: Pick<App, 'storage' | 'clock' | 'config'>): readonly HouseTask[] {
  // With SQLite nobody else is calling when we start: whatever is executing was ours, and was cut off.
  let cutOffMs = storage.engine === 'sqlite' ? 0 : longestCallMs;
  const sweep = async (): Promise<void> => {
    await sweepUnfinished(storage, isoTime(clock, -cutOffMs));
    await sweepApprovals(storage, clock, cutOffMs);
    cutOffMs = longestCallMs;
  };
  return [
    { name: 'cut-off calls and approvals', everyMs: minuteMs, run: sweep },
    {
      name: 'old calls',
      everyMs: 60 * minuteMs,
      run: () => deleteOldCalls(storage, isoTime(clock, -config.callsRetentionMs)),
    },
  ];
}
