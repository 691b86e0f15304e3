import { backOff } from '../../../jobs/back-off.ts';
import type { Receipt } from '../receipt-store.ts';
import type { Told } from './tell-provider.ts';

/** What becomes of a receipt after its provider was told. */
export type AfterTold =
  | { readonly is: 'settled'; readonly outcome: 'revoked_at_provider'; readonly message: null }
  | { readonly is: 'settled'; readonly outcome: 'failed'; readonly message: string }
  /** It is told again; in milliseconds since the epoch. */
  | { readonly is: 'again'; readonly nextAt: number; readonly message: string };

/** How long a provider is told again and again. */
const patienceMs = 24 * 3_600_000;

/** What was refused is refused; who could not be reached is told again with back-off, for a day. 0 ≤ chance < 1. */
export function afterTold(
  receipt: Pick<Receipt, 'attempts' | 'cutOffAt'>,
  told: Told,
  { now, chance }: { readonly now: number; readonly chance: number },
): AfterTold {
  if (told.outcome !== 'unreachable') return { is: 'settled', ...told };
  const { message, retryAfterMs = 0 } = told;
  if (isTooLate(receipt, now))
    return { is: 'settled', outcome: 'failed', message: `It was tried for a day. ${message}` };
  return { is: 'again', nextAt: now + Math.max(retryAfterMs, backOff(receipt.attempts + 1, chance)), message };
}

/** Whether its provider has had its day. */
export function isTooLate({ cutOffAt }: Pick<Receipt, 'cutOffAt'>, now: number): boolean {
  return now - Date.parse(cutOffAt) >= patienceMs;
}

const shortestRestMs = 1_000;
const longestRestMs = 3_600_000;

/** Milliseconds that a provider in trouble is left alone: half as long again as it has been tried, or what it asks for. */
export function restAfter(
  { cutOffAt }: Pick<Receipt, 'cutOffAt'>,
  { retryAfterMs = 0 }: { readonly retryAfterMs?: number | undefined },
  now: number,
): number {
  const longer = Math.min(Math.max((now - Date.parse(cutOffAt)) / 2, shortestRestMs), longestRestMs);
  return Math.max(longer, retryAfterMs);
}
