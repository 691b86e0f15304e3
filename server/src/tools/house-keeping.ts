import { sweepApprovals } from '../approvals/sweep-approvals.ts';
import { deleteOldCalls } from '../calls/delete-old-calls.ts';
import { sweepUnfinished } from '../calls/sweep-unfinished.ts';
import type { App } from '../context.ts';
import { sweepFiles } from '../files/sweep-files.ts';
import { forgetPauses } from '../egress/limits/pause-store.ts';
import type { HouseTask } from '../jobs/keep-house.ts';
import { isoTime } from '../lib/clock.ts';

const minuteMs = 60_000;
/** Longer than any call may take: what is still executing after it was cut off by a crash. */
const longestCallMs = 5 * minuteMs;

/** What calls and approvals leave behind: cut-off writes are told (R2), undecided calls expire, old records go (R11). */
export function houseKeeping({
  storage,
  vault,
  clock,
  config,
}: Pick<App, 'storage' | 'vault' | 'clock' | 'config'>): readonly HouseTask[] {
  // With SQLite nobody else is calling when we start: whatever is executing was ours, and was cut off.
  let cutOffMs = storage.engine === 'sqlite' ? 0 : longestCallMs;
  const sweep = async (): Promise<void> => {
    await sweepUnfinished(storage, isoTime(clock, -cutOffMs));
    await sweepApprovals(storage, clock, cutOffMs);
    cutOffMs = longestCallMs;
  };
  return [
    { name: 'cut-off calls and approvals', everyMs: minuteMs, run: sweep },
    { name: 'expired files', everyMs: minuteMs, run: () => sweepFiles(storage, isoTime(clock)) },
    { name: 'rate limits that are over', everyMs: 60 * minuteMs, run: () => forgetPauses(storage, isoTime(clock)) },
    {
      name: 'old calls',
      everyMs: 60 * minuteMs,
      run: () => deleteOldCalls({ storage, vault }, isoTime(clock, -config.callsRetentionMs)),
    },
  ];
}
