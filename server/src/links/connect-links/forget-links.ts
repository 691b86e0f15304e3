import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import { deleteOldLinks } from './link-store.ts';

const dayMs = 86_400_000;
const keptDays = 30;

/** Links stay for a month after they could be opened, so that an app can see what came of them. */
export function forgetLinks({ storage, clock }: Pick<App, 'storage' | 'clock'>): HouseTask {
  const run = () => deleteOldLinks(storage, isoTime(clock, -keptDays * dayMs));
  return { name: 'old connect links', everyMs: dayMs / 4, run };
}
