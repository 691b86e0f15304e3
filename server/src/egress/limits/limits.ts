import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import { createHealth, type Health } from './health.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { createTurns, type Turns } from './turns.ts';

/** What keeps calls from hurting each other and their providers (R13). */
export interface Limits {
  /** How many calls may be under way. */
  readonly turns: Turns;
  /** Which origins are out of order. */
  readonly health: Health;
  /** Which connections are to be left alone for a while. */
  readonly pauses: Pauses;
}

/** Built once per process. */
export function createLimits(parts: {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}): Limits {
  return { turns: createTurns(), health: createHealth(parts), pauses: createPauses(parts) };
}
