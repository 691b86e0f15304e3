/** How a provider writes the time in a header of its own. `duration` is in words: `1m30s`, `250ms`. */
export type RetryUnit = 'seconds' | 'milliseconds' | 'epoch_seconds' | 'epoch_milliseconds' | 'date' | 'duration';

/** A header that says when to come back, where the provider has one of its own for it. */
export interface RetryHeader {
  readonly header: string;
  readonly unit: RetryUnit;
}

/** What an answer says about how much more may be asked. Moments are in milliseconds since the epoch, at most a day ahead. */
export interface RateLimit {
  /** Calls that are left until `resetAt`: of several limits, of the tightest. */
  readonly remaining: number | undefined;
  /** When the tightest limit starts anew. */
  readonly resetAt: number | undefined;
  /** Before this nothing more should be sent: the provider asked for it, or nothing is left. */
  readonly notBefore: number | undefined;
}

type Headers = Readonly<Record<string, string>>;

/**
 * The provider's limit as its answer tells it, whatever its status: the headers its manifest names, `Retry-After` in seconds
 * or as a date (RFC 9110 §10.2.3), `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, its older forms
 * too), and the `X-RateLimit-…` families. Header names are in lower case; `now` is in milliseconds. What cannot be read
 * says nothing. Pure.
 */
export function readRateLimit(headers: Headers, now: number, own: readonly RetryHeader[] = []): RateLimit {
  const windows = [...structured(headers, now), ...families.flatMap((names) => familyIn(headers, names, now))];
  const tightest = windows.toSorted(byTightness)[0];
  const spent = windows.filter(({ remaining }) => remaining !== undefined && remaining < 1);
  const asked = [
    ...own.map(({ header, unit }) => momentOf(headers[header.toLowerCase()], unit, now)),
    wait(headers, now),
  ];
  const moments = [...asked, ...spent.map(({ resetAt }) => resetAt)].filter((at) => at !== undefined && at > now);
  return {
    remaining: tightest?.remaining,
    resetAt: tightest?.resetAt,
    notBefore: moments.length === 0 ? undefined : Math.max(...moments.map(Number)),
  };
}

/** One limit: how much of it is left, and until when. */
interface Window {
  readonly remaining: number | undefined;
  readonly resetAt: number | undefined;
}

const longestMs = 86_400_000;

/** What `Retry-After` and its relatives ask for. */
function wait(headers: Headers, now: number): number | undefined {
  return (
    momentOf(headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms'], 'milliseconds', now) ??
    momentOf(headers['retry-after'], 'seconds', now) ??
    momentOf(headers['retry-after'], 'date', now)
  );
}

/** The moment a header means, never more than a day ahead; `undefined` where it is not written so. */
function momentOf(text: string | undefined, unit: RetryUnit, now: number): number | undefined {
  const at = text === undefined ? undefined : readMoment(text.trim(), unit, now);
  return at === undefined || !Number.isFinite(at) ? undefined : Math.min(at, now + longestMs);
}

function readMoment(text: string, unit: RetryUnit, now: number): number | undefined {
  if (unit === 'date') return readDate(text);
  if (unit === 'duration') return after(now, readDuration(text));
  const value = readNumber(text);
  switch (unit) {
    case 'seconds':
      return after(now, value === undefined ? undefined : value * 1000);
    case 'milliseconds':
      return after(now, value);
    case 'epoch_seconds':
      return value === undefined ? undefined : value * 1000;
    case 'epoch_milliseconds':
      return value;
  }
}

function after(now: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : now + ms;
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,16}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** HTTP's three forms of a date (RFC 9110 §5.6.7), all of them GMT, and the Internet's (RFC 3339). */
function readDate(text: string): number | undefined {
  if (!/^[A-Za-z]{3,9},? |^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const hasZone = /(GMT|UTC|Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = Date.parse(hasZone ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `1.5s`, `20ms` */
function readDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|[smhd]))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, value, unit = 'ms']) => sum + Number(value) * (unitMs[unit] ?? 0), 0);
}

/** `"default";r=50;t=30` beside `"default";q=100;w=60`, or the older `limit=100, remaining=50, reset=30`. */
function structured(headers: Headers, now: number): readonly Window[] {
  const limit = headers['ratelimit'];
  if (limit === undefined) return [];
  const old = limit.includes('remaining=') ? [parametersOf(limit.replaceAll(',', ';'))] : undefined;
  const policies = itemsOf(headers['ratelimit-policy'] ?? '');
  const items = old ?? itemsOf(limit);
  return items.map((item) => {
    const seconds = item.get('t') ?? item.get('reset') ?? windowOf(item, policies);
    return {
      remaining: readNumber(item.get('r') ?? item.get('remaining')),
      resetAt: momentOf(seconds, 'seconds', now),
    };
  });
}

/** The length of the window, where a limit does not say how much of it is over. */
function windowOf(item: ReadonlyMap<string, string>, policies: readonly ReadonlyMap<string, string>[]) {
  return policies.find((policy) => policy.get('') === item.get(''))?.get('w');
}

/** The members of a list (RFC 9651 §3.1), each with its parameters and, as `''`, itself. */
function itemsOf(list: string): readonly ReadonlyMap<string, string>[] {
  return list
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => parametersOf(`=${item.trim()}`));
}

function parametersOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(';').map((pair) => /^\s*([\w*.-]*)\s*=\s*"?([^"]*)"?\s*$/.exec(pair));
  return new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? ''] as const])));
}

/** Where a family of headers tells what is left, and when it starts anew. */
interface Family {
  readonly remaining: readonly string[];
  readonly reset: readonly string[];
}

const families: readonly Family[] = [
  {
    remaining: [
      'x-ratelimit-remaining',
      'x-rate-limit-remaining',
      'ratelimit-remaining',
      'x-rate-limit-request-remaining',
    ],
    reset: [
      'x-ratelimit-reset-after',
      'x-ratelimit-reset',
      'x-rate-limit-reset',
      'ratelimit-reset',
      'x-rate-limit-request-reset',
    ],
  },
  { remaining: ['x-ratelimit-remaining-requests'], reset: ['x-ratelimit-reset-requests'] },
  { remaining: ['x-ratelimit-remaining-tokens'], reset: ['x-ratelimit-reset-tokens'] },
  { remaining: ['x-ratelimit-requests-remaining'], reset: ['x-ratelimit-requests-reset'] },
  { remaining: ['x-ratelimit-complexity-remaining'], reset: ['x-ratelimit-complexity-reset'] },
  { remaining: ['anthropic-ratelimit-requests-remaining'], reset: ['anthropic-ratelimit-requests-reset'] },
  { remaining: ['anthropic-ratelimit-tokens-remaining'], reset: ['anthropic-ratelimit-tokens-reset'] },
];

function familyIn(headers: Headers, names: Family, now: number): readonly Window[] {
  const remaining = names.remaining.map((name) => readNumber(headers[name])).find((value) => value !== undefined);
  const resetAt = names.reset.map((name) => readReset(headers[name], now)).find((at) => at !== undefined);
  return remaining === undefined && resetAt === undefined ? [] : [{ remaining, resetAt }];
}

/**
 * A reset without a unit: a number past 2001 in seconds is a moment, past that in milliseconds as well; a smaller one is
 * a delay in seconds. Some write a date, or a duration in words.
 */
function readReset(text: string | undefined, now: number): number | undefined {
  const value = readNumber(text);
  if (value === undefined) return momentOf(text, 'date', now) ?? momentOf(text, 'duration', now);
  if (value > 1e12) return momentOf(text, 'epoch_milliseconds', now);
  return momentOf(text, value > 1e9 ? 'epoch_seconds' : 'seconds', now);
}

/** Least left first; one that does not say last. Of two alike, the one that lasts longer. */
function byTightness(left: Window, right: Window): number {
  const byRemaining = (left.remaining ?? Number.MAX_VALUE) - (right.remaining ?? Number.MAX_VALUE);
  return byRemaining === 0 ? (right.resetAt ?? 0) - (left.resetAt ?? 0) : byRemaining;
}
