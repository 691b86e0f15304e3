import { describe, expect, it } from 'vitest';
import { afterTold, isTooLate, restAfter } from './after-told.ts';

const cutOffAt = '2026-11-21T12:00:00.000Z';
const began = Date.parse(cutOffAt);
const [second, hour, day] = [1_000, 3_600_000, 86_400_000];
const away = { outcome: 'unreachable', message: 'The provider answered 503.' } as const;

describe('a provider that was told', () => {
  it.each([
    [{ outcome: 'revoked_at_provider', message: null }, 0],
    [{ outcome: 'revoked_at_provider', message: null }, 2 * day],
    [{ outcome: 'failed', message: 'The provider refused (invalid_client).' }, 0],
  ] as const)('and gave an answer is not told again: %o after %d ms', (told, lateMs) => {
    const after = afterTold({ attempts: 3, cutOffAt }, told, { now: began + lateMs, chance: 0 });
    expect(after).toEqual({ is: 'settled', ...told });
  });

  it.each([
    [0, second],
    [1, 2 * second],
    [5, 32 * second],
    [40, hour],
  ])('in vain %d times before is told again after %d ms', (attempts, waitMs) => {
    const after = afterTold({ attempts, cutOffAt }, away, { now: began + hour, chance: 0 });
    expect(after).toEqual({ is: 'again', nextAt: began + hour + waitMs, message: away.message });
  });

  it('and wants to be left alone is, for as long as it says', () => {
    const told = { ...away, retryAfterMs: 2 * hour };
    const after = afterTold({ attempts: 0, cutOffAt }, told, { now: began, chance: 0 });
    expect(after).toMatchObject({ is: 'again', nextAt: began + 2 * hour });
  });

  it('for a day is given up, with its last words', () => {
    expect(isTooLate({ cutOffAt }, began + day - 1)).toBe(false);
    expect(afterTold({ attempts: 30, cutOffAt }, away, { now: began + day, chance: 0 })).toEqual({
      is: 'settled',
      outcome: 'failed',
      message: 'It was tried for a day. The provider answered 503.',
    });
  });
});

describe('a provider in trouble', () => {
  it.each([
    [0, second],
    [60 * second, 30 * second],
    [hour, hour / 2],
    [20 * hour, hour],
  ])('for %d ms is left alone for %d ms', (forMs, restMs) => {
    expect(restAfter({ cutOffAt }, {}, began + forMs)).toBe(restMs);
  });

  it('is left alone for as long as it asks for', () => {
    expect(restAfter({ cutOffAt }, { retryAfterMs: 7 * second }, began)).toBe(7 * second);
  });
});
