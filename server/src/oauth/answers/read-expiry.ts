import type { TokenAnswer } from '../../catalog/format/oauth.ts';

/** Ten years: beyond it a token lasts for ever. */
const longest = 315_360_000_000;

/**
 * When a token ends, in milliseconds since the epoch; `undefined` where nobody knows. A time that is none, or that is over
 * already, says nothing: a provider that writes 0 or -1 means that it does not end.
 */
export function readExpiry(
  said: unknown,
  { expires_unit, expires_default }: Pick<TokenAnswer, 'expires_unit' | 'expires_default'>,
  now: number,
): number | undefined {
  const at = momentOf(said, expires_unit, now);
  if (at !== undefined && at > now) return at - now > longest ? undefined : Math.floor(at);
  return expires_default === undefined ? undefined : now + expires_default * 1000;
}

function momentOf(said: unknown, unit: TokenAnswer['expires_unit'], now: number): number | undefined {
  if (unit === 'date') return typeof said === 'string' ? dateOf(said) : undefined;
  const number = typeof said === 'string' && /^\d{1,15}(\.\d+)?$/.test(said.trim()) ? Number(said) : said;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  switch (unit) {
    case 'seconds':
      return now + number * 1000;
    case 'milliseconds':
      return now + number;
    case 'epoch_seconds':
      return number * 1000;
    case 'epoch_milliseconds':
      return number;
  }
}

/** A time without a zone is meant in UTC. */
function dateOf(text: string): number | undefined {
  const local = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text.trim());
  const at = Date.parse(local ? `${text.trim().replace(' ', 'T')}Z` : text);
  return Number.isNaN(at) ? undefined : at;
}
