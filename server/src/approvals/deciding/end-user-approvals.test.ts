import { describe, expect, it } from 'vitest';
import { covers } from '../../../../tests/support/covers.ts';
import { newCaller, newKeyCaller } from '../../../../tests/support/new-caller.ts';
import { newConnection } from '../../../../tests/support/new-connection.ts';
import { endUserCaller } from '../../access/end-users/as-end-user.ts';
import type { Caller, Scope } from '../../access/caller.ts';
import { decidesForEndUsers } from './decides-for-end-users.ts';
import { maySee } from './may-see.ts';
import { type Question, refuseDecision } from './refuse-decision.ts';

const u1 = { id: 'e1', externalId: 'u_1' };
const u2 = { id: 'e2', externalId: 'u_2' };
const connections = {
  endUsers: newConnection({ ownerUserId: u1.id, endUser: u1 }),
  named: newConnection({ scope: 'workspace', ownerUserId: null }),
  personal: newConnection(),
  shared: newConnection({ scope: 'workspace', ownerUserId: null }),
};
type Where = keyof typeof connections;
const everywhere = ['endUsers', 'named', 'personal', 'shared'] as const;

/** The app's key made the token of u_1; what a person's agent asked was asked by a key made in the dashboard. */
const byToken = { principal: 'end_user:e1', userId: 'e1', lineage: ['key:first', 'key:app', 'end_user:e1'] };
const byAgent = { principal: 'key:agent', userId: 'ann', lineage: ['key:agent'] };
const asked: Readonly<Record<Where, Pick<Question, 'principal' | 'userId' | 'lineage'>>> = {
  endUsers: byToken,
  named: byToken,
  personal: byAgent,
  shared: byAgent,
};

const sole = { scopes: new Set<Scope>(['approvals:decide']) };
const several = { scopes: new Set<Scope>(['approvals:decide', 'approvals:read', 'end_users:read']) };
const token = (endUser = u1) =>
  endUserCaller(endUser, { workspaceId: 'w', via: 'user_token', connections: new Set([connections.named.id]) });
const page = (wish: Partial<Parameters<typeof endUserCaller>[1]> = {}, endUser = u1) =>
  endUserCaller(endUser, { workspaceId: 'w', via: 'connect_link', decides: 'a1', lineage: ['key:decider'], ...wish });

type Rule = 'decides' | 'sees' | 'nothing';

const nothing: readonly Rule[] = ['nothing', 'nothing', 'nothing', 'nothing'];
const people: readonly Rule[] = ['nothing', 'decides', 'decides', 'decides'];
const onlySees: readonly Rule[] = ['nothing', 'sees', 'sees', 'sees'];
const theirPage: readonly Rule[] = ['decides', 'nothing', 'nothing', 'nothing'];
const seenPage: readonly Rule[] = ['sees', 'nothing', 'nothing', 'nothing'];
const tied: readonly Rule[] = ['sees', 'sees', 'decides', 'decides'];
const app = (lineage: readonly string[] = []) => newKeyCaller('k', { kind: 'app', lineage }, sole);
const abroad = { workspaceId: 'other' };
const calling = newKeyCaller('app', { kind: 'app' }, several);

/** Over an end user's connection, one that was named for their token, somebody's own, and a shared one that an agent called. */
const table: readonly (readonly [who: string, caller: Caller, rules: readonly Rule[]])[] = [
  ['a session of ann', newCaller(), people],
  ['an OWNER', newCaller({ userId: 'bob', role: 'OWNER' }), ['nothing', 'decides', 'nothing', 'decides']],
  ['a person key', newKeyCaller('k', {}, several), people],
  ['a person key with that scope alone', newKeyCaller('k', {}, sole), people],
  ['the first admin key', newKeyCaller('first', { first: true }), people],
  ['a key of kind agent', newKeyCaller('k', { kind: 'agent' }, sole), onlySees],
  ['the app’s key that made the token', calling, ['nothing', 'sees', 'decides', 'decides']],
  ['the app’s key for deciding', app(), ['decides', 'decides', 'decides', 'decides']],
  ['one made beside the token’s maker', app(['key:first']), tied],
  ['one made by the token’s maker', app(['key:app']), tied],
  ['one of another workspace', { ...app(), ...abroad }, nothing],
  ['a token of an identity provider', newCaller({ via: 'jwt', principal: 'jwt:ann' }), onlySees],
  ['the token that asked', token(), ['sees', 'sees', 'nothing', 'nothing']],
  ['the token of another end user', token(u2), nothing],
  ['the page of this approval', page(), theirPage],
  ['the page of another approval', page({ decides: 'a2' }), nothing],
  ['a page for connecting', page({ decides: undefined }), nothing],
  ['the page of another end user', page({}, u2), nothing],
  ['a page of another workspace', page(abroad), nothing],
  ['a page that the token’s maker made', page({ lineage: ['key:first', 'key:app'] }), seenPage],
];

function ruleFor(caller: Caller, where: Where, secondPerson = false): Rule {
  const question = { id: 'a1', ...asked[where], endUser: connections[where].endUser, secondPerson };
  if (!maySee(caller, connections[where], question)) return 'nothing';
  return refuseDecision(caller, question) === undefined ? 'decides' : 'sees';
}

describe('a call for an end user of an app', () => {
  it.each(table)('%s', (...[, caller, rules]) => {
    covers('everywhere/13-end-user', 'end-user-approvals/nobody-else', 'end-user-approvals/named-connections');
    expect(everywhere.map((where) => ruleFor(caller, where))).toEqual(rules);
  });

  it('is not decided by whoever made the token, itself or by a key of its own', () => {
    covers('end-user-approvals/lineage');
    const shared = { id: 'a1', secondPerson: false, endUser: null };
    const madeBy = (lineage: readonly string[]) => ({
      ...shared,
      ...byToken,
      lineage: [...lineage, 'end_user:e1'],
    });
    const first = newKeyCaller('first', { first: true });
    expect(refuseDecision(first, madeBy(['key:first']))).toContain('The credential that asked');
    expect(refuseDecision(first, madeBy(['key:first', 'key:app']))).toBeUndefined();
    expect(refuseDecision(newCaller(), madeBy(['session:1']))).toContain('The credential that asked');
    expect(refuseDecision(newCaller({ principal: 'session:2' }), madeBy(['session:1']))).toBeUndefined();
    const child = newKeyCaller('k', { lineage: ['key:first'] });
    expect(refuseDecision(child, madeBy(['key:first']))).toContain('the key that made it asked for');
  });

  it('may be decided by its end user where the workspace wants a second person, and over a shared one by anybody', () => {
    covers('end-user-approvals/policy');
    expect(ruleFor(page(), 'named', true)).toBe('nothing');
    const question = { id: 'a1', ...byToken, endUser: u1, secondPerson: false };
    expect(refuseDecision(page(), question)).toBeUndefined();
    expect(ruleFor(newCaller(), 'named', true)).toBe('decides');
    expect(ruleFor(newCaller(), 'shared', true)).toBe('sees');
  });

  it('takes a key with that scope alone', () => {
    expect(decidesForEndUsers(newKeyCaller('k', { kind: 'app' }, sole))).toBe(true);
    expect(decidesForEndUsers(newKeyCaller('k', { kind: 'app' }, several))).toBe(false);
    expect(decidesForEndUsers(newKeyCaller('k', { kind: 'person' }, sole))).toBe(false);
    expect(decidesForEndUsers(newCaller(sole))).toBe(false);
  });
});
