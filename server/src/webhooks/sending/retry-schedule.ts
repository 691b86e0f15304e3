const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long after each failed attempt the next one follows: about three days in all. */
const waits: readonly number[] = [
  5_000,
  30_000,
  2 * minuteMs,
  10 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  24 * hourMs,
];

/** The longest time that somebody who answers `Retry-After` is given, in milliseconds. */
const longestAskedMs = 24 * hourMs;

/** How long nothing but failures makes an end of a webhook, in milliseconds. */
export const failingForMs = 5 * 24 * hourMs;

/**
 * Milliseconds until the attempt after so many failed ones, a fifth more or less by chance (0 ≤ chance < 1) and no sooner than
 * was asked for; `undefined` where there is none.
 */
export function nextAttemptIn(failed: number, chance: number, askedMs = 0): number | undefined {
  const wait = waits[failed - 1];
  if (wait === undefined) return undefined;
  return Math.max(Math.round(wait * (0.8 + 0.4 * chance)), Math.min(askedMs, longestAskedMs));
}
