import { expect, it } from 'vitest';
import { dueWarning } from './expiry-warning.ts';

const hourMs = 3_600_000;
const now = 1_000;

it.each([
  [73, undefined],
  [72, 72],
  [25, 72],
  [24, 24],
  [1, 24],
  [0, undefined],
  [-1, undefined],
])('%d hours before its end the warning of %s hours is due', (hours, due) => {
  const expiresAt = now + hours * hourMs;
  expect(dueWarning({ expiresAt, renewAt: null }, now)).toBe(due);
  expect(dueWarning({ expiresAt, renewAt: expiresAt }, now)).toBe(due);
});

it('is not due for a token that is renewed before its end', () => {
  expect(dueWarning({ expiresAt: now + hourMs, renewAt: now + hourMs / 2 }, now)).toBeUndefined();
});
