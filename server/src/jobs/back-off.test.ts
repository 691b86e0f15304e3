import { expect, it } from 'vitest';
import { backOff } from './back-off.ts';

it('doubles from a second up to an hour', () => {
  expect([1, 2, 3, 4].map((attempt) => backOff(attempt, 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(backOff(50, 0)).toBe(3_600_000);
  expect(backOff(5_000, 0)).toBe(3_600_000);
});

it('leaves up to half to chance, so that many do not come back at once', () => {
  expect(backOff(3, 0.5)).toBe(3_000);
  expect(backOff(3, 0.999_999)).toBe(2_000);
});
