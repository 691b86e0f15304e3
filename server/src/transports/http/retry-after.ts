import { readRateLimit, type RetryHeader } from './rate-headers.ts';

const longest = 86_400;

/** Seconds to wait after a refusal, between 1 and a day, as its headers say: asked for outright, or until a limit starts anew. */
export function retryAfterOf(
  headers: Readonly<Record<string, string>>,
  now: number,
  own?: readonly RetryHeader[],
): number | undefined {
  const { notBefore, resetAt } = readRateLimit(headers, now, own);
  const moment = notBefore ?? resetAt;
  return moment === undefined ? undefined : Math.min(Math.max(Math.ceil((moment - now) / 1000), 1), longest);
}
