import { describe, expect, it } from 'vitest';
import { askedPause } from './asked-pause.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

function asked(status: number, headers: Record<string, string>): number | undefined {
  const pause = askedPause({ status, headers }, now);
  return pause && (pause.until - now) / 1000;
}

describe('the pause an answer asks for', () => {
  it.each([
    ['seconds', 429, { 'retry-after': '30' }, 30],
    ['an HTTP date', 429, { 'retry-after': 'Sun, 01 Mar 2026 12:01:00 GMT' }, 60],
    ['the moment its limit starts anew', 429, { 'x-ratelimit-reset': String(now / 1000 + 90) }, 90],
    ['a maintenance', 503, { 'retry-after': '120' }, 120],
    ['nothing that is left, after a success', 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '45' }, 45],
    ['nothing that is left, with a 403', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '45' }, 45],
  ])('is told in %s', (...[, status, headers, seconds]) => {
    expect(asked(status, headers)).toBe(seconds);
  });

  it.each([
    ['a success asks to come back for something else', 202, { 'retry-after': '30' }],
    ['something is left', 200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '45' }],
    ['a maintenance does not say how long', 503, { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '45' }],
    ['the moment is over', 429, { 'retry-after': 'Sun, 01 Mar 2026 11:59:00 GMT' }],
    ['it cannot be read', 429, { 'retry-after': 'soon' }],
    ['nothing is said', 429, {}],
  ])('is none where %s', (_why, status, headers) => {
    expect(asked(status, headers)).toBeUndefined();
  });

  it.each([
    [{}, false],
    [{ 'x-ratelimit-resource': 'core' }, false],
    [{ 'x-ratelimit-resource': 'search' }, true],
    [{ 'x-ratelimit-bucket': 'abcd' }, true],
    [{ 'x-ratelimit-bucket': 'abcd', 'x-ratelimit-global': 'true' }, false],
  ])('is that of a part of the API where the headers say so: %j', (headers, partial) => {
    expect(askedPause({ status: 429, headers: { 'retry-after': '9', ...headers } }, now)).toMatchObject({ partial });
  });
});
