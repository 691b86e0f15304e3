/** How many hours before its end a token that nobody renews is announced. */
const warnings = [24, 72] as const;

const hourMs = 3_600_000;

/** The longest of them, in milliseconds. */
export const firstWarningMs = 72 * hourMs;

/** The end of a token, in milliseconds since the epoch, and when it is renewed, if ever. */
export interface TokenEnd {
  readonly expiresAt: number;
  readonly renewAt: number | null;
}

/** The hours of the warning that is due, or `undefined`: a token that is renewed before its end needs none. */
export function dueWarning({ expiresAt, renewAt }: TokenEnd, now: number): number | undefined {
  const isRenewed = renewAt !== null && renewAt < expiresAt;
  if (isRenewed || expiresAt <= now) return undefined;
  return warnings.find((hours) => expiresAt - now <= hours * hourMs);
}
