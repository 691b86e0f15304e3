import { describe, expect, it } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

function limiterAt(limit: number, maxKeys?: number) {
  let now = 600_000;
  const clock = { now: () => now };
  const limiter = createRateLimiter({ limit, clock, ...(maxKeys === undefined ? {} : { maxKeys }) });
  return { limiter, wait: (ms: number) => (now += ms) };
}

describe('a rate limit', () => {
  it('grants its limit and no more, counting down', () => {
    const { limiter } = limiterAt(3);
    expect([1, 2, 3, 4].map(() => limiter.take('key')).map(({ granted, remaining }) => [granted, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
  });

  it('counts each key for itself', () => {
    const { limiter } = limiterAt(1);
    expect(limiter.take('one').granted).toBe(true);
    expect(limiter.take('two').granted).toBe(true);
  });

  it('does not grant twice the limit around the turn of a minute', () => {
    const { limiter, wait } = limiterAt(100);
    wait(59_000);
    for (let n = 0; n < 100; n += 1) limiter.take('key');
    wait(2_000);
    const granted = Array.from({ length: 100 }, () => limiter.take('key')).filter((allowance) => allowance.granted);
    expect(granted.length).toBeLessThanOrEqual(2);
  });

  it('grants again after the time it names, whenever it was asked', () => {
    for (const start of [0, 1_000, 30_000, 59_999]) {
      const { limiter, wait } = limiterAt(5);
      wait(start);
      for (let n = 0; n < 5; n += 1) limiter.take('key');
      wait(700);
      const { granted, retryAfterSeconds } = limiter.take('key');
      expect(granted).toBe(false);
      wait(retryAfterSeconds * 1_000);
      expect(limiter.take('key').granted).toBe(true);
    }
  });

  it('forgets keys rather than grow without end', () => {
    const { limiter } = limiterAt(1, 2);
    limiter.take('first');
    limiter.take('second');
    limiter.take('third');
    expect(limiter.take('third').granted).toBe(false);
    expect(limiter.take('first').granted).toBe(true);
  });
});
