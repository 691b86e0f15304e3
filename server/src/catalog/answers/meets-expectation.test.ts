import { expect, it } from 'vitest';
import { expectationSchema } from '../format/verify.ts';
import { meetsExpectation } from './meets-expectation.ts';

const answer = { ok: true, state: 'open', error: null, deep: [{ n: 0 }] };

it.each([
  [{ path: 'ok' }, true],
  [{ path: 'nowhere' }, false],
  [{ path: 'deep[0].n', equals: 0 }, true],
  [{ path: 'state', one_of: ['open', 'closed'] }, true],
  [{ path: 'state', one_of: ['closed'] }, false],
  [{ path: 'error', absent: true }, true],
  [{ path: 'nowhere', absent: true }, true],
  [{ path: 'ok', absent: true }, false],
  [{ path: 'state', not: 'failed' }, true],
  [{ path: 'state', not: 'open' }, false],
  [{ path: 'state', not: ['failed', 'open'] }, false],
  [{ path: 'error', not: null }, false],
  [{ path: 'nowhere', not: 'failed' }, false],
])('%j holds: %j', (expectation, holds) => {
  expect(meetsExpectation(answer, expectationSchema.parse(expectation))).toBe(holds);
});

it('cannot claim that nothing is there and what it is', () => {
  expect(expectationSchema.safeParse({ path: 'x', absent: true, equals: 1 }).success).toBe(false);
  expect(expectationSchema.safeParse({ path: 'x', absent: true }).success).toBe(true);
});
