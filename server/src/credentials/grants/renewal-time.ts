/** How long a token lasts, in milliseconds since the epoch, and how many seconds before its end the manifest has it renewed. */
export interface TokenLife {
  readonly obtainedAt: number;
  readonly expiresAt: number | undefined;
  readonly renewBefore?: number | undefined;
}

const longestMarginMs = 5 * 60_000;
const marginShare = 0.1;
const jitterShare = 0.2;

/**
 * When a token is renewed, in milliseconds since the epoch: five minutes before its end, or a tenth of its life where that is
 * less, or what the manifest says; up to a fifth of that later by chance (0 ≤ chance < 1), so that many do not come at once.
 * `undefined` for a token whose end nobody knows.
 */
export function renewalTime({ obtainedAt, expiresAt, renewBefore }: TokenLife, chance: number): number | undefined {
  if (expiresAt === undefined) return undefined;
  const life = Math.max(expiresAt - obtainedAt, 0);
  const usual = Math.min(longestMarginMs, life * marginShare);
  // A margin as long as the life would have it renewed all the time.
  const margin = renewBefore === undefined ? usual : Math.min(renewBefore * 1_000, life / 2);
  return Math.round(expiresAt - margin * (1 - chance * jitterShare));
}
