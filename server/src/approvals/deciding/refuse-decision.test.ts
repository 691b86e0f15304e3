import { describe, expect, it } from 'vitest';
import type { Caller, Scope } from '../../access/caller.ts';
import { covers } from '../../../../tests/support/covers.ts';
import { newCaller, newKeyCaller } from '../../../../tests/support/new-caller.ts';
import { type Question, refuseDecision } from './refuse-decision.ts';

const deciding = { scopes: new Set<Scope>(['approvals:decide']) };
const anyPerson = { id: 'a1', userId: 'ann', endUser: null, secondPerson: false };
const askedByKey = { ...anyPerson, principal: 'key:asker', lineage: ['key:first', 'key:parent', 'key:asker'] };
const askedBySession = { ...anyPerson, principal: 'session:asker', lineage: ['session:asker'] };
const ofTwo = { ...askedByKey, secondPerson: true };

const mayDecide: readonly (readonly [string, Caller, Question])[] = [
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
  ['a session of another person, where a second one is wanted', newCaller({ userId: 'bob' }), ofTwo],
  [
    'a key of another person, where a second one is wanted',
    newKeyCaller('b', {}, { ...deciding, userId: 'bob' }),
    ofTwo,
  ],
];

const mayNot: readonly (readonly [string, Caller, Question, string])[] = [
  ['the key that asked', newKeyCaller('asker', { lineage: ['key:first', 'key:parent'] }), askedByKey, 'cannot decide'],
  ['the session that asked', newCaller({ principal: 'session:asker' }), askedBySession, 'cannot decide'],
  [
    'the first admin key, for its own call',
    newKeyCaller('first', { first: true }),
    { ...anyPerson, principal: 'key:first', lineage: ['key:first'] },
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
  ['another session of the same person, where a second one is wanted', newCaller(), ofTwo, 'a second person'],
  ['a key of the same person, where a second one is wanted', newKeyCaller('k', {}, deciding), ofTwo, 'a second person'],
  [
    'the first admin key, where its own person asked and a second one is wanted',
    newKeyCaller('first', { first: true }),
    ofTwo,
    'a second person',
  ],
];

describe('deciding an approval', () => {
  it.each(mayDecide)('is for %s', (_who, caller, question) => {
    covers('everywhere/13-who-decides', 'everywhere/13-not-the-asker');
    expect(refuseDecision(caller, question)).toBeUndefined();
  });

  it.each(mayNot)('is not for %s', (...[, caller, question, why]) => {
    covers('everywhere/13-who-decides', 'everywhere/13-not-the-asker');
    expect(refuseDecision(caller, question)).toContain(why);
  });
});
