import { forgetSpent } from '../../access/end-users/signed/spend-jti.ts';
import { forgetEnded } from '../../access/end-users/tokens/end-tokens.ts';
import { deleteUserTokens, keptAfterMs } from '../../access/end-users/tokens/user-token-store.ts';
import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';

const atOnce = 500;

/** Deletes what tokens of end users leave behind, a few at a time: those that are long over, and what kept others out. */
export function forgetUserTokens({ storage, clock }: Pick<App, 'storage' | 'clock'>): HouseTask {
  const run = async (): Promise<void> => {
    const before = isoTime(clock, -keptAfterMs);
    while ((await deleteUserTokens(storage, before, atOnce)) === atOnce);
    while ((await forgetSpent(storage, clock.now(), atOnce)) >= atOnce);
    await forgetEnded(storage, clock.now());
  };
  return { name: 'old tokens of end users', everyMs: 10 * 60_000, run };
}
