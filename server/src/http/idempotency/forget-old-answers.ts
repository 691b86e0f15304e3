import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import { deleteOldest } from './idempotent-answer-store.ts';
import { dayMs } from './take-place.ts';

const atOnce = 500;

/** Deletes answers that were kept for a day, a few at a time. */
export function forgetOldAnswers({ storage, clock }: Pick<App, 'storage' | 'clock'>): HouseTask {
  const run = async (): Promise<void> => {
    const before = isoTime(clock, -dayMs);
    while ((await deleteOldest(storage, before, atOnce)) === atOnce);
  };
  return { name: 'old idempotent answers', everyMs: 10 * 60_000, run };
}
