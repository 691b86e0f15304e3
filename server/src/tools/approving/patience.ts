/** The longest that a call waits for its decision before it answers that it is pending, in seconds. */
export const longestWaitSeconds = 45;

/** What a client says about waiting: `?wait=` in seconds, and the header `Prefer` (RFC 7240). */
export interface PatienceWish {
  readonly prefer: string;
  readonly waitSeconds?: number | undefined;
}

/**
 * How long a call may wait for a decision, in milliseconds: what the query says, else what `Prefer` says, else the longest.
 * `respond-async` is an answer at once, or after `wait=<seconds>` where both are sent (RFC 7240 §4.1, §4.3).
 */
export function patienceMs({ prefer, waitSeconds }: PatienceWish): number {
  const seconds = waitSeconds ?? preferredSeconds(prefer) ?? longestWaitSeconds;
  return Math.min(seconds, longestWaitSeconds) * 1000;
}

/** The header that says that a preference was kept to, where it was (RFC 7240 §3). */
export function preferenceApplied({ prefer }: Pick<PatienceWish, 'prefer'>): Readonly<Record<string, string>> {
  return preferences(prefer).has('respond-async') ? { 'preference-applied': 'respond-async' } : {};
}

function preferredSeconds(prefer: string): number | undefined {
  const named = preferences(prefer);
  const wait = named.get('wait') ?? '';
  if (/^\d{1,6}$/.test(wait)) return Number(wait);
  return named.has('respond-async') ? 0 : undefined;
}

/** What `Prefer` says: names in lower case with their values; of a name that is said twice the first counts (RFC 7240 §2). */
export function preferences(prefer: string): ReadonlyMap<string, string> {
  const said = prefer.split(',').map((preference) => {
    const [name = '', value = ''] = (preference.split(';', 1)[0] ?? '').split('=', 2);
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')] as const;
  });
  return new Map(said.toReversed());
}
