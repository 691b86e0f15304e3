import { expect, it } from 'vitest';
import { renewalTime } from './renewal-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

it.each([
  ['five minutes before the end of an hour', { life: hourMs, before: undefined, margin: 5 * minuteMs }],
  ['a tenth before the end of ten minutes', { life: 10 * minuteMs, before: undefined, margin: minuteMs }],
  ['as early as the manifest says', { life: hourMs, before: 1_200, margin: 20 * minuteMs }],
  ['never in the first half of its life', { life: 10 * minuteMs, before: 3_600, margin: 5 * minuteMs }],
  ['at its end where it has no life', { life: -minuteMs, before: undefined, margin: 0 }],
])('a token is renewed %s', (_what, { life, before, margin }) => {
  const token = { obtainedAt: 0, expiresAt: life, renewBefore: before };
  expect(renewalTime(token, 0)).toBe(life - margin);
  expect(renewalTime(token, 0.999_999)).toBe(Math.round(life - margin * 0.8));
});

it('is not renewed by itself where nobody knows its end', () => {
  expect(renewalTime({ obtainedAt: 0, expiresAt: undefined }, 0.5)).toBeUndefined();
});
