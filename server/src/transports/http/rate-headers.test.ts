import { describe, expect, it } from 'vitest';
import { type RateLimit, readRateLimit, type RetryHeader } from './rate-headers.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const inSeconds = (seconds: number): number => now + seconds * 1000;
const epoch = (seconds: number): string => String(inSeconds(seconds) / 1000);
const day = 86_400;

const comeBack: readonly (readonly [string, Readonly<Record<string, string>>, number | undefined])[] = [
  ['seconds', { 'retry-after': '12' }, 12],
  ['parts of a second', { 'retry-after': '0.25' }, 0.25],
  ['the date of HTTP', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30],
  ['the date of RFC 850', { 'retry-after': 'Thursday, 01-Jan-26 00:00:30 GMT' }, 30],
  ['the date of C, which is GMT too', { 'retry-after': 'Thu Jan  1 00:00:30 2026' }, 30],
  ['the date of the Internet', { 'retry-after': '2026-01-01T01:00:30+01:00' }, 30],
  ['a date that is over', { 'retry-after': 'Wed, 31 Dec 2025 23:59:59 GMT' }, undefined],
  ['no time at all', { 'retry-after': '0' }, undefined],
  ['something unreadable', { 'retry-after': 'soon' }, undefined],
  ['a negative time', { 'retry-after': '-5' }, undefined],
  ['more digits than a number has', { 'retry-after': '9'.repeat(400) }, undefined],
  ['a day and no more', { 'retry-after': '86400' }, day],
  ['more than a day, which is cut', { 'retry-after': '86401' }, day],
  ['a date far ahead, which is cut', { 'retry-after': 'Fri, 01 Jan 2027 00:00:00 GMT' }, day],
  ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1.5],
  ['milliseconds as Azure writes them', { 'x-ms-retry-after-ms': '40' }, 0.04],
  ['a spent limit that starts anew at a second', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(60) }, 60],
  ['at a millisecond', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(inSeconds(60)) }, 60],
  ['in seconds from now', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }, 60],
  ['at a moment that is over', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(-1) }, undefined],
  [
    'as Discord says',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(9), 'x-ratelimit-reset-after': '1.5' },
    1.5,
  ],
  ['as X says', { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': epoch(900) }, 900],
  [
    'as Okta says, with a date',
    { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': 'Thu, 01 Jan 2026 00:01:00 GMT' },
    60,
  ],
  ['as OpenAI says', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, 360],
  ['of tokens', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m1.5s' }, 61.5],
  [
    'in a duration under a second',
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' },
    0.02,
  ],
  ['as Linear says', { 'x-ratelimit-requests-remaining': '0', 'x-ratelimit-requests-reset': String(inSeconds(5)) }, 5],
  [
    'as Anthropic says',
    { 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:07Z' },
    7,
  ],
  ['less than one call', { 'x-ratelimit-remaining': '0.5', 'x-ratelimit-reset': '4' }, 4],
  ['of the draft', { ratelimit: '"default";r=0;t=30' }, 30],
  [
    'of the draft, by its window',
    { ratelimit: '"day";r=0', 'ratelimit-policy': '"minute";q=9;w=60,"day";q=100;w=7200' },
    7200,
  ],
  ['one of several', { ratelimit: '"burst";r=5;t=1, "daily";r=0;t=3600' }, 3600],
  ['of an older draft', { ratelimit: 'limit=100, remaining=0, reset=50' }, 50],
  ['of the first draft', { 'ratelimit-remaining': '0', 'ratelimit-reset': '50' }, 50],
  [
    'the longest of what is asked for',
    { 'retry-after': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' },
    30,
  ],
  ['nothing while something is left', { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '30' }, undefined],
  ['nothing of a reset alone', { 'x-ratelimit-reset': '30' }, undefined],
  ['nothing of a spent limit without an end', { 'x-ratelimit-remaining': '0' }, undefined],
  ['nothing at all', {}, undefined],
];

describe('before when nothing should be sent', () => {
  it.each(comeBack)('%s', (_what, headers, seconds) => {
    expect(readRateLimit(headers, now).notBefore).toBe(seconds === undefined ? undefined : inSeconds(seconds));
  });
});

const windows: readonly (readonly [string, Readonly<Record<string, string>>, Partial<RateLimit>])[] = [
  [
    'the common headers',
    { 'x-ratelimit-remaining': '41', 'x-ratelimit-reset': '9' },
    { remaining: 41, resetAt: inSeconds(9) },
  ],
  [
    'parts of calls, as Reddit counts',
    { 'x-ratelimit-remaining': '598.0', 'x-ratelimit-reset': '9' },
    { remaining: 598, resetAt: inSeconds(9) },
  ],
  ['the draft', { ratelimit: '"default";r=50;t=30' }, { remaining: 50, resetAt: inSeconds(30) }],
  ['the tightest of several', { ratelimit: '"a";r=50;t=1,"b";r=3;t=60' }, { remaining: 3, resetAt: inSeconds(60) }],
  [
    'tokens that run out before calls',
    { 'x-ratelimit-remaining-requests': '9', 'x-ratelimit-remaining-tokens': '2', 'x-ratelimit-reset-tokens': '1s' },
    { remaining: 2, resetAt: inSeconds(1) },
  ],
  ['a reset without a count', { 'x-ratelimit-reset': '9' }, { remaining: undefined, resetAt: inSeconds(9) }],
  [
    'nothing readable',
    { 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': 'later', ratelimit: ';;=,,"' },
    { remaining: undefined, resetAt: undefined },
  ],
];

describe('what is left of a limit', () => {
  it.each(windows)('%s', (_what, headers, limit) => {
    expect(readRateLimit(headers, now)).toMatchObject(limit);
  });
});

const named: readonly (readonly [RetryHeader['unit'], string, number | undefined])[] = [
  ['seconds', '30', 30],
  ['milliseconds', '1500', 1.5],
  ['epoch_seconds', epoch(30), 30],
  ['epoch_milliseconds', String(inSeconds(30)), 30],
  ['date', '2026-01-01T00:00:30Z', 30],
  ['duration', '1m30s', 90],
  ['duration', '90', undefined],
  ['seconds', 'Thu, 01 Jan 2026 00:00:30 GMT', undefined],
];

describe('a header of the provider’s own', () => {
  it.each(named)('in %s: %s', (unit, text, seconds) => {
    const limit = readRateLimit({ 'x-come-back': text }, now, [{ header: 'X-Come-Back', unit }]);
    expect(limit.notBefore).toBe(seconds === undefined ? undefined : inSeconds(seconds));
  });
});
