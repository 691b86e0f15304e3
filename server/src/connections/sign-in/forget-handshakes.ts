import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import { deleteHandshakes } from '../../oauth/handshakes/handshake-store.ts';

const dayMs = 86_400_000;

/** Handshakes stay for a day after they are over, so that their page can say how they ended. */
export function forgetHandshakes({ storage, clock }: Pick<App, 'storage' | 'clock'>): HouseTask {
  const run = () => deleteHandshakes(storage, isoTime(clock, -dayMs));
  return { name: 'old handshakes', everyMs: dayMs / 24, run };
}
