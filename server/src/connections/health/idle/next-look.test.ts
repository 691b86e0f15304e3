import { expect, it } from 'vitest';
import { never } from '../../../jobs/job-store.ts';
import { nextLook } from './next-look.ts';

const hourMs = 3_600_000;
const fine = { status: 'connected', isDeleted: false, looks: 0 } as const;
const failed = { status: 'auth_failed', isDeleted: false } as const;

it('is six hours away while it works, a quarter more or less', () => {
  expect([0, 0.5, 0.999_999_9].map((chance) => Math.round(nextLook(fine, 1, chance) / hourMs / 0.1) * 0.1)).toEqual([
    4.5, 6, 7.5,
  ]);
});

it('comes three times after a failure, later each time, and then never', () => {
  expect([0, 1, 2].map((looks) => nextLook({ ...failed, looks }, 0, 0.5) / hourMs)).toEqual([1, 6, 24]);
  expect(nextLook({ ...failed, looks: 3 }, 0, 0.5)).toBe(never);
});

it('never comes to what was deleted', () => {
  expect(nextLook({ ...fine, isDeleted: true }, 0, 0.5)).toBe(never);
});
