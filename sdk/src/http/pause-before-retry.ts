import type { PlugboardError } from '../plugboard-error.ts';

/** One attempt that failed, and what is known of it. */
export interface FailedAttempt {
  readonly error: PlugboardError;
  /** How often it was tried, this time too. */
  readonly tries: number;
  /** How often it may be tried again. */
  readonly retries: number;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
}

/** Milliseconds. A server that wants to be left alone for longer is told of to the caller instead. */
const longestPauseMs = 30_000;
const firstPauseMs = 250;
const longestBackOffMs = 8_000;

/**
 * Milliseconds to wait before trying again, or `undefined` where that would be wrong: 429 and 503 were not served, so
 * anything may come again; what never arrived, or was cut off, comes again only where twice is the same as once.
 * `chance` from 0 to 1 spreads those who failed together.
 */
export function pauseBeforeRetry(
  { error, tries, retries, repeatable }: FailedAttempt,
  chance: number,
): number | undefined {
  if (tries > retries) return undefined;
  const wasServed = error.status !== 429 && error.status !== 503;
  if (wasServed && !(error.code === 'UNREACHABLE' && repeatable)) return undefined;
  const backOffMs = Math.min(firstPauseMs * 2 ** (tries - 1), longestBackOffMs) * (0.5 + chance / 2);
  const askedMs = (error.retryAfter ?? 0) * 1000;
  if (askedMs > longestPauseMs) return undefined;
  return askedMs > 0 ? askedMs + chance * firstPauseMs : backOffMs;
}
