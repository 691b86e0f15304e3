const longest = 86_400;

/**
 * Seconds to wait, between 1 and a day, as the answer says: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), or
 * the reset headers in use (seconds from now, or the moment in seconds since the epoch). `now` is in milliseconds.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const asked = fromRetryAfter(headers['retry-after'], now);
  const seconds = asked ?? fromReset(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'], now);
  return seconds === undefined ? undefined : Math.min(Math.max(Math.ceil(seconds), 1), longest);
}

function fromRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? undefined : (moment - now) / 1000;
}

/** A number past 2001 in seconds is a moment; past that in milliseconds as well; a smaller one is a delay. */
function fromReset(header: string | undefined, now: number): number | undefined {
  if (header === undefined || !/^\d+(\.\d+)?$/.test(header)) return undefined;
  const value = Number(header);
  if (value > 1e12) return (value - now) / 1000;
  return value > 1e9 ? value - now / 1000 : value;
}
