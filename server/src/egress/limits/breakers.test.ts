import { describe, expect, it } from 'vitest';
import { createBreakers, firstRefusalMs, longestRefusalMs, mostFailures } from './breakers.ts';

function scene() {
  const clock = { time: 1_000_000, now: () => clock.time };
  const told: string[] = [];
  const breakers = createBreakers({
    clock,
    onOpen: (key, until) => told.push(`${key} refused for ${until - clock.time} ms`),
    onClose: (key) => told.push(`${key} works`),
  });
  const fail = (times: number, key = 'a'): void => {
    for (let n = 0; n < times; n += 1) breakers.failed(key);
  };
  return { clock, told, breakers, fail };
}

describe('breakers', () => {
  it('refuse after failures in a row, not after one less', () => {
    const { breakers, fail, clock } = scene();
    fail(mostFailures - 1);
    expect(breakers.refusedUntil('a')).toBeUndefined();
    fail(1);
    expect(breakers.refusedUntil('a')).toBe(clock.time + firstRefusalMs);
    expect(breakers.refusedUntil('b')).toBeUndefined();
    expect(breakers.open()).toBe(1);
  });

  it('count in a row: a success in between starts afresh', () => {
    const { breakers, fail } = scene();
    fail(mostFailures - 1);
    breakers.succeeded('a');
    fail(mostFailures - 1);
    expect(breakers.refusedUntil('a')).toBeUndefined();
  });

  it('let one trial through when the time is over, and nobody beside it', () => {
    const { breakers, fail, clock } = scene();
    fail(mostFailures);
    clock.time += firstRefusalMs - 1;
    expect(breakers.refusedUntil('a')).toBe(clock.time + 1);
    clock.time += 1;
    expect(breakers.refusedUntil('a')).toBeUndefined();
    breakers.trying('a');
    expect(breakers.refusedUntil('a')).toBe(clock.time + 1_000);
  });

  it('close with a trial that succeeds', () => {
    const { breakers, fail, clock, told } = scene();
    fail(mostFailures);
    clock.time += firstRefusalMs;
    breakers.trying('a');
    breakers.succeeded('a');
    expect(breakers.refusedUntil('a')).toBeUndefined();
    expect([breakers.known(), breakers.open()]).toEqual([false, 0]);
    expect(told).toEqual([`a refused for ${firstRefusalMs} ms`, 'a works']);
  });

  it('refuse twice as long after each trial that fails, up to a minute', () => {
    const { breakers, fail, clock, told } = scene();
    fail(mostFailures);
    for (let n = 0; n < 6; n += 1) {
      clock.time = breakers.refusedUntil('a') ?? 0;
      breakers.trying('a');
      fail(1);
    }
    const times = [1, 2, 4, 8].map((factor) => firstRefusalMs * factor);
    expect(told).toEqual(
      [...times, longestRefusalMs, longestRefusalMs, longestRefusalMs].map((ms) => `a refused for ${ms} ms`),
    );
  });

  it('let another trial through where one told nothing, or was never heard of again', () => {
    const { breakers, fail, clock } = scene();
    fail(mostFailures);
    clock.time += firstRefusalMs;
    breakers.trying('a');
    breakers.undecided('a');
    expect(breakers.refusedUntil('a')).toBeUndefined();
    breakers.trying('a');
    clock.time += 120_000;
    expect(breakers.refusedUntil('a')).toBeUndefined();
  });

  it('are not held open by late news of calls that began before', () => {
    const { breakers, fail, clock } = scene();
    fail(mostFailures);
    const until = breakers.refusedUntil('a');
    clock.time += 100;
    fail(50);
    expect(breakers.refusedUntil('a')).toBe(until);
  });

  it('remember a bounded number of keys', () => {
    const { breakers, fail } = scene();
    fail(mostFailures, 'first');
    for (let n = 0; n < 10_000; n += 1) breakers.failed(`k${n}`);
    expect(breakers.refusedUntil('first')).toBeUndefined();
    expect(breakers.open()).toBe(0);
  });
});
