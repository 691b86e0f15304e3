import { expect, it } from 'vitest';
import type { Bound } from '../../server/src/approvals/approval.ts';
import { digestOfAsk } from '../../server/src/approvals/request-approval.ts';
import { covers } from '../support/covers.ts';

/** Everything there is, whether it has to be there or not. */
type Whole = { readonly [Name in keyof Required<Bound>]: Bound[Name] };

const bound: Whole = {
  principal: 'key:1',
  userId: 'ann',
  onBehalfOf: undefined,
  connectionId: 'c',
  connectionGeneration: 1,
  tool: 'create_issue',
  toolDigest: 'd',
  target: 'POST https://gitlab.example.com/api/v4/projects/1/issues',
  policyVersion: 1,
};

/** Something else for everything that is bound: what is bound in addition does not compile until it stands here. */
const others: Whole = {
  principal: 'key:2',
  userId: 'bob',
  onBehalfOf: 'eve',
  connectionId: 'e',
  connectionGeneration: 2,
  tool: 'create_issues',
  toolDigest: 'f',
  target: 'POST https://gitlab.example.com/api/v4/projects/2/issues',
  policyVersion: 2,
};

const ask = { bound, arguments: { title: 'x', labels: ['a', 'b'] } };

it.each(Object.entries(others))('S13: another %s is another call', (name, value) => {
  covers('approvals/voided');
  expect(digestOfAsk({ ...ask, bound: { ...bound, [name]: value } })).not.toBe(digestOfAsk(ask));
});

it.each([
  { title: 'X', labels: ['a', 'b'] },
  { title: 'x', labels: ['b', 'a'] },
  { title: 'x' },
  { title: 'x', labels: ['a', 'b'], more: null },
  { title: 'x\u200B', labels: ['a', 'b'] },
])('S13: other arguments are another call: %j', (other) => {
  covers('approvals/voided');
  expect(digestOfAsk({ bound, arguments: other })).not.toBe(digestOfAsk(ask));
});

it('S13: the same arguments in another order are the same call', () => {
  expect(digestOfAsk({ bound, arguments: { labels: ['a', 'b'], title: 'x' } })).toBe(digestOfAsk(ask));
});

it('S13: nothing moves from one field to the next', () => {
  const [one, other] = [
    { ...bound, tool: 'a', toolDigest: 'bc' },
    { ...bound, tool: 'ab', toolDigest: 'c' },
  ];
  expect(digestOfAsk({ ...ask, bound: one })).not.toBe(digestOfAsk({ ...ask, bound: other }));
});
