import type { Clock } from '../../lib/clock.ts';

/** Where somebody stands after asking: what is left, and in seconds when the window turns and when to try again. */
interface Allowance {
  readonly granted: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Counts one request of the key, unless it is over the limit. */
  take(key: string): Allowance;
  /** The same without counting. */
  peek(key: string): Allowance;
}

interface Window {
  index: number;
  current: number;
  previous: number;
}

export interface RateLimitOptions {
  readonly limit: number;
  readonly clock: Clock;
  /** Milliseconds. Default: one minute. */
  readonly windowMs?: number;
  /** Keys remembered at most; beyond it the one seen longest ago is forgotten. Default 50,000. */
  readonly maxKeys?: number;
}

/** A sliding window in memory: the last window counts for the share of it that is still within reach. */
export function createRateLimiter({
  limit,
  clock,
  windowMs = 60_000,
  maxKeys = 50_000,
}: RateLimitOptions): RateLimiter {
  const windows = new Map<string, Window>();

  function windowOf(key: string, index: number): Window {
    const known = windows.get(key);
    if (known?.index === index) return known;
    const previous = known?.index === index - 1 ? known.current : 0;
    const turned = { index, current: 0, previous };
    windows.delete(key);
    windows.set(key, turned);
    if (windows.size > maxKeys) forgetOldest(windows);
    return turned;
  }

  function look(key: string, cost: 0 | 1): Allowance {
    const now = clock.now();
    const window = windowOf(key, Math.floor(now / windowMs));
    const elapsed = (now % windowMs) / windowMs;
    const used = window.current + window.previous * (1 - elapsed);
    const granted = used + 1 <= limit;
    if (granted) window.current += cost;
    return {
      granted,
      limit,
      remaining: Math.max(0, Math.floor(limit - used) - (granted ? cost : 0)),
      resetSeconds: Math.ceil(((1 - elapsed) * windowMs) / 1000),
      retryAfterSeconds: granted ? 0 : Math.max(1, Math.ceil((waitShare(window, elapsed, limit) * windowMs) / 1000)),
    };
  }

  return { take: (key) => look(key, 1), peek: (key) => look(key, 0) };
}

/** The share of a window after which one more request fits. */
function waitShare({ current, previous }: Window, elapsed: number, limit: number): number {
  if (current + 1 <= limit && previous > 0) return 1 - elapsed - (limit - 1 - current) / previous;
  return 1 - elapsed + Math.max(0, 1 - (limit - 1) / Math.max(1, current));
}

function forgetOldest(windows: Map<string, Window>): void {
  const oldest = windows.keys().next();
  if (oldest.done !== true) windows.delete(oldest.value);
}
