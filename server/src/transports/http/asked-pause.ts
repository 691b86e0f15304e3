import type { EgressResponse } from '../../egress/egress.ts';
import { type RateLimit, readRateLimit, type RetryHeader } from './rate-headers.ts';

/** What an answer asks of whoever wants to ask again. */
export interface AskedPause {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Whether the limit is that of a part of the API: the tool's, not the connection's. */
  readonly partial: boolean;
}

/**
 * Until when a provider wants to be left alone: as a refusal says, or, after a success, because nothing is left of its
 * limit. `Retry-After` beside a success is about something else (RFC 9110 §10.2.3). Pure.
 */
export function askedPause(
  { status, headers }: Pick<EgressResponse, 'status' | 'headers'>,
  now: number,
  own?: readonly RetryHeader[],
): AskedPause | undefined {
  if (status !== 429 && status !== 503 && !tellsWhatIsLeft(headers)) return undefined;
  const until = saidBy(status, readRateLimit(headers, now, own));
  return until === undefined || until <= now ? undefined : { until, partial: isOfAPart(headers) };
}

/** Most answers do not, and every one is asked. */
function tellsWhatIsLeft(headers: EgressResponse['headers']): boolean {
  for (const name in headers) if (name === 'ratelimit' || name.includes('remaining')) return true;
  return false;
}

/** A 403 that says when to come back is told from one that refuses by `readResponse`. */
function saidBy(status: number, { notBefore, resetAt, remaining }: RateLimit): number | undefined {
  if (status === 429) return notBefore ?? resetAt;
  if (status === 503) return notBefore;
  return remaining !== undefined && remaining < 1 ? resetAt : undefined;
}

/** GitHub names the resource whose limit it is, `core` being most of the API; Discord a bucket, unless it is global. */
function isOfAPart(headers: EgressResponse['headers']): boolean {
  const resource = headers['x-ratelimit-resource'];
  if (resource !== undefined) return resource !== 'core';
  return headers['x-ratelimit-bucket'] !== undefined && headers['x-ratelimit-global'] !== 'true';
}
