import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eachAtOnce } from './each-at-once.ts';

it('does all of it, so many at a time', async () => {
  const done: number[] = [];
  let [running, most] = [0, 0];
  await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await setTimeout(2);
    running -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('begins nothing more after a failure, and tells it once everything that was begun is over', async () => {
  const done: number[] = [];
  const work = eachAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
    if (item === 1) throw new Error('The first failed.');
    await setTimeout(5);
    done.push(item);
  });
  await expect(work).rejects.toThrow('The first failed.');
  expect(done).toEqual([2]);
});

it('has nothing to do for nobody', async () => {
  await expect(eachAtOnce([], 2, () => Promise.reject(new Error('For nobody.')))).resolves.toBeUndefined();
});
