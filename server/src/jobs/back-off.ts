const firstMs = 1_000;
const longestMs = 3_600_000;

/** Milliseconds to wait after a failed attempt: doubling from a second up to an hour, less up to half of it by chance (0 ≤ chance < 1). */
export function backOff(attempt: number, chance: number): number {
  const full = Math.min(firstMs * 2 ** (attempt - 1), longestMs);
  return Math.round(full * (1 - chance / 2));
}
