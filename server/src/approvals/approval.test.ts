import { describe, expect, it } from 'vitest';
import type { Caller, Scope } from '../access/caller.ts';
import { covers } from '../../../tests/support/covers.ts';
import { newCaller, newKeyCaller } from '../../../tests/support/new-caller.ts';
import { refuseDecision } from './approval.ts';

const deciding = { scopes: new Set<Scope>(['approvals:decide']) };
const askedByKey = { principal: 'key:asker', lineage: ['key:first', 'key:parent', 'key:asker'] };
const askedBySession = { principal: 'session:asker', lineage: ['session:asker'] };

const mayDecide: readonly (readonly [string, Caller, typeof askedByKey])[] = [
  ['a session of the same person', newCaller({ principal: 'session:2' }), askedByKey],
  ['a session of another person', newCaller({ userId: 'bob' }), askedByKey],
  ['another session than the one that asked', newCaller({ principal: 'session:2' }), askedBySession],
  ['the first admin key, for a key it minted', newKeyCaller('first', { first: true }), askedByKey],
  [
    'the first admin key, for a key nobody of its lineage minted',
    newKeyCaller('first', { first: true }),
    askedBySession,
  ],
  ['a key made in the dashboard', newKeyCaller('decider', {}, deciding), askedByKey],
  ['an app key with that scope alone', newKeyCaller('decider', { kind: 'app' }, deciding), askedByKey],
];

const mayNot: readonly (readonly [string, Caller, typeof askedByKey, string])[] = [
  ['the key that asked', newKeyCaller('asker', { lineage: ['key:first', 'key:parent'] }), askedByKey, 'cannot decide'],
  ['the session that asked', newCaller({ principal: 'session:asker' }), askedBySession, 'cannot decide'],
  [
    'the first admin key, for its own call',
    newKeyCaller('first', { first: true }),
    { principal: 'key:first', lineage: ['key:first'] },
    'cannot decide',
  ],
  ['a key that the asker made', newKeyCaller('child', { lineage: ['key:asker'] }), askedByKey, 'made it asked for'],
  [
    'a key made by a key that the asker made',
    newKeyCaller('grandchild', { lineage: ['key:asker', 'key:child'] }),
    askedByKey,
    'made it asked for',
  ],
  ['a key made by the same key', newKeyCaller('sibling', { lineage: ['key:parent'] }), askedByKey, 'the same key'],
  [
    'a key that only the first admin key stands above, as above the asker',
    newKeyCaller('cousin', { lineage: ['key:first'] }),
    askedByKey,
    'the same key',
  ],
  ['the key that made the asker', newKeyCaller('parent', { lineage: ['key:first'] }), askedByKey, 'the same key'],
  ['a key of kind agent, whatever its scopes', newKeyCaller('bot', { kind: 'agent' }), askedByKey, 'kind agent'],
  ['a token of an identity provider', newCaller({ via: 'jwt', principal: 'jwt:bob' }), askedByKey, 'identity provider'],
  ['a key without approvals:decide', newKeyCaller('app', {}, { scopes: new Set() }), askedByKey, 'approvals:decide'],
  ['a session without approvals:decide', newCaller({ scopes: new Set() }), askedByKey, 'approvals:decide'],
];

describe('deciding an approval', () => {
  it.each(mayDecide)('is for %s', (_who, caller, approval) => {
    covers('everywhere/13-who-decides', 'everywhere/13-not-the-asker');
    expect(refuseDecision(caller, approval)).toBeUndefined();
  });

  it.each(mayNot)('is not for %s', (...[, caller, approval, why]) => {
    covers('everywhere/13-who-decides', 'everywhere/13-not-the-asker');
    expect(refuseDecision(caller, approval)).toContain(why);
  });
});
