import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { takeUpAgain } from '../../jobs/take-up-again.ts';
import { enqueueErasure } from './begin-erasure.ts';

/** Takes up erasures whose job was given up: nobody stays half forgotten because of a fault of ours. */
export function resumeErasures(app: Pick<App, 'storage' | 'clock'>): HouseTask {
  return {
    name: 'erasures that were left',
    everyMs: 600_000,
    run: () =>
      takeUpAgain(app, 'end_user.erase', (trx, clock, { endUserId }) =>
        enqueueErasure(trx, clock, { endUserId: String(endUserId), delayMs: 0 }),
      ),
  };
}
