import { expect, it } from 'vitest';
import { createCrashMemory } from './create-crash-memory.ts';

function memory() {
  const clock = { at: 1_000_000, now: () => clock.at };
  const crashes = createCrashMemory(clock);
  const crash = (key = 'a', livedMs = 10) =>
    crashes.ended(key, { ending: 'ended with code 1', lastWords: '', livedMs });
  /** Milliseconds until it may begin again. */
  const wait = (key = 'a') => (crashes.held(key)?.until ?? clock.at) - clock.at;
  return { clock, crashes, crash, wait };
}

it('waits longer after each crash, up to a minute, less up to half by chance', () => {
  const { clock, crash, wait } = memory();
  for (const full of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
    crash();
    expect(wait()).toBeGreaterThanOrEqual(Math.min(full / 2, 60_000));
    expect(wait()).toBeLessThanOrEqual(full === 60_000 ? 60_000 : full);
    clock.at += 60_000;
    expect(wait()).toBe(0);
  }
});

it('begins anew with one that lived for a minute, and counts each by itself', () => {
  const { crashes, crash } = memory();
  for (const key of ['a', 'a', 'a', 'b']) crash(key);
  expect([crashes.held('a')?.count, crashes.held('b')?.count, crashes.held('c')]).toEqual([3, 1, undefined]);
  crash('a', 60_000);
  expect(crashes.held('a')?.count).toBe(1);
});

it('remembers a thousand', () => {
  const { crashes, crash } = memory();
  for (let number = 0; number <= 1000; number += 1) crash(String(number));
  expect([crashes.held('0'), crashes.held('1')?.count]).toEqual([undefined, 1]);
});
