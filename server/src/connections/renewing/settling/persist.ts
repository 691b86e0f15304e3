import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../../context.ts';

/** How long something is held on to while the database is away. */
const keepForMs = 60_000;
const againMs = 250;

/**
 * Commits what nobody could find out again, as soon as the database takes it: an answer may be the only one that ever comes.
 * The work is safe to repeat: where it was done after all, it changes nothing.
 */
export async function persist<T>({ log }: Pick<App, 'log'>, commit: () => Promise<T>): Promise<T> {
  const until = performance.now() + keepForMs;
  for (;;) {
    try {
      return await commit();
    } catch (error) {
      if (performance.now() > until) throw error;
      log.warn({ err: error }, 'What came of renewing a token could not be kept yet. It is tried again.');
      await sleep(againMs);
    }
  }
}
