import type { Egress } from '../egress/egress.ts';
import type { Clock } from '../lib/clock.ts';

/** How an authorization server is reached: 10 seconds and 1 MiB an answer, and no redirect is followed. */
export interface OauthDoor {
  readonly egress: Pick<Egress, 'request' | 'fetch'>;
  readonly clock: Clock;
  /** Whether a loopback address may be reached (S6). */
  readonly loopback: boolean;
  readonly signal: AbortSignal;
}

/** What every request through it is bounded by. */
export const bounds = { timeoutMs: 10_000, maxBytes: 1024 * 1024, redirects: 0 } as const;
