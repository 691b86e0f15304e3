import { backOff } from '../../../jobs/back-off.ts';
import type { Clock } from '../../../lib/clock.ts';

/** Remembers programs that ended by themselves, so that they are not started again at once, and again. */
export interface CrashMemory {
  /** What is remembered of a program that may not be started yet. */
  held(key: string): Crashes | undefined;
  ended(key: string, crash: Pick<Crashes, 'ending' | 'lastWords'> & { readonly livedMs: number }): void;
}

export interface Crashes {
  /** In a row. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** `ended with code 1` */
  readonly ending: string;
  /** Not redacted. */
  readonly lastWords: string;
}

const longestMs = 60_000;
const most = 1_000;

/** A second after the first crash, doubling to a minute, less up to half by chance; one that lived for a minute begins anew. */
export function createCrashMemory(clock: Clock): CrashMemory {
  const crashes = new Map<string, Crashes>();
  return {
    held(key) {
      const known = crashes.get(key);
      return known !== undefined && known.until > clock.now() ? known : undefined;
    },
    ended(key, { livedMs, ...crash }) {
      const before = livedMs < longestMs ? (crashes.get(key)?.count ?? 0) : 0;
      const count = before + 1;
      const until = clock.now() + Math.min(backOff(count, Math.random()), longestMs);
      crashes.delete(key);
      crashes.set(key, { ...crash, count, until });
      for (const oldest of crashes.keys()) {
        if (crashes.size <= most) return;
        crashes.delete(oldest);
      }
    },
  };
}
