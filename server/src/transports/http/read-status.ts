import type { Effect } from '../../catalog/connector.ts';
import type { EgressResponse } from '../../egress/egress.ts';
import type { Outcome, Rejected, RejectedReason } from '../outcome.ts';
import type { RetryHeader } from './rate-headers.ts';
import { retryAfterOf } from './retry-after.ts';

export interface StatusOptions {
  readonly effect: Effect;
  readonly message: string;
  readonly now: number;
  /** The provider's own headers that say when to come back. */
  readonly rateLimit?: readonly RetryHeader[] | undefined;
}

/** What a status that is no success means by itself; `message` says what the provider said. `now` is in milliseconds. */
export function readStatus(
  { status, headers }: Pick<EgressResponse, 'status' | 'headers'>,
  { effect, message, now, rateLimit }: StatusOptions,
): Outcome {
  if (effect === 'write' && (status === 502 || status === 504)) {
    return {
      status: 'outcome_unknown',
      message: `${message.replace(/\.$/, '')}. Whether the write took place is not known.`,
    };
  }
  if (status >= 500 || status === 408) return { status: 'unavailable', message };
  if (status < 400) return refusal('input', `The provider answered ${status}, a redirect that is not followed.`);
  return refusal(reasonOf(status, headers), message, retryAfterOf(headers, now, rateLimit));
}

/** Only a rate limit is told when to come back: other refusals stay refusals. */
export function refusal(reason: RejectedReason, message: string, retryAfter?: number): Rejected {
  const rejected = { status: 'rejected', reason, message } as const;
  return reason === 'rate_limit' && retryAfter !== undefined ? { ...rejected, retry_after: retryAfter } : rejected;
}

/** A 403 is about what the credential may do, never about the credential: it leaves a connection's status alone (RULINGS 003.2). */
function reasonOf(status: number, headers: EgressResponse['headers']): RejectedReason {
  if (isRateLimit(status, headers)) return 'rate_limit';
  if (status === 401) return 'auth';
  return status === 403 ? 'scope' : 'input';
}

/** GitHub and others answer 403 to a spent limit, with nothing remaining or a time to come back at. */
function isRateLimit(status: number, headers: EgressResponse['headers']): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);
}
