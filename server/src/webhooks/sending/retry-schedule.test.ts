import { describe, expect, it } from 'vitest';
import { nextAttemptIn } from './retry-schedule.ts';

const day = 86_400_000;

/** The waits of a delivery that never arrives. */
function waitsWith(chance: number): readonly number[] {
  const waits: number[] = [];
  for (let failed = 1; ; failed += 1) {
    const wait = nextAttemptIn(failed, chance);
    if (wait === undefined) return waits;
    waits.push(wait);
  }
}

describe('the attempts of a delivery', () => {
  it('are eleven within about three days, further and further apart', () => {
    const waits = waitsWith(0.5);
    expect(waits).toHaveLength(10);
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    const all = waits.reduce((sum, wait) => sum + wait, 0);
    expect(all).toBeGreaterThan(2.8 * day);
    expect(all).toBeLessThan(3.1 * day);
    expect(waits[0]).toBe(5_000);
  });

  it('differ by chance, a fifth either way', () => {
    const [least, most] = [waitsWith(0), waitsWith(0.999_999)];
    expect(least[0]).toBe(4_000);
    expect(most[0]).toBe(6_000);
  });

  it.each([
    [60_000, 60_000],
    [1_000, 5_000],
    [day, day],
    [10 * day, day],
  ])('follow %i ms after an answer that asks for that, at least %i ms later', (asked, expected) => {
    expect(nextAttemptIn(1, 0.5, asked)).toBe(expected);
  });

  it('are not more because somebody asks for a later one', () => {
    expect(nextAttemptIn(11, 0.5, 60_000)).toBeUndefined();
  });
});
