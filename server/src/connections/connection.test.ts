import { describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { newCaller } from '../../../tests/support/new-caller.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import { roles } from '../access/caller.ts';
import { endUserCaller } from '../access/end-users/as-end-user.ts';
import { type Connection, mayManage, mayUse } from './connection.ts';

const personal = newConnection();
const crew = newConnection({ scope: 'crew', ownerUserId: null, crewId: 'night' });
const shared = newConnection({ scope: 'workspace', ownerUserId: null });
const all: readonly Connection[] = [personal, crew, shared];

describe('a connection', () => {
  it('that is personal is used by its owner alone, whatever the role of others', () => {
    covers('004/personal');
    expect(mayUse(newCaller({ role: 'VIEWER' }), personal)).toBe(true);
    expect(roles.map((role) => mayUse(newCaller({ userId: 'bob', role }), personal))).toEqual(roles.map(() => false));
  });

  it('of a crew is used by its members alone', () => {
    expect(mayUse(newCaller({ crews: new Set(['night']) }), crew)).toBe(true);
    expect(mayUse(newCaller({ role: 'OWNER', crews: new Set(['day']) }), crew)).toBe(false);
  });

  it('of the workspace is used by everybody in it', () => {
    expect(mayUse(newCaller({ userId: 'bob', role: 'VIEWER' }), shared)).toBe(true);
  });

  it('of another workspace is used and managed by nobody', () => {
    const stranger = newCaller({ workspaceId: 'elsewhere', role: 'OWNER', crews: new Set(['night']) });
    expect(all.map((each) => mayUse(stranger, each) || mayManage(stranger, each))).toEqual([false, false, false]);
  });

  it.each<readonly [connection: Connection, member: string, crews: readonly string[], expected: boolean]>([
    [personal, 'ann', [], true],
    [personal, 'bob', [], false],
    [newConnection({ ownerUserId: 'bob' }), 'bob', [], false],
    [crew, 'bob', ['night'], true],
    [crew, 'bob', ['day'], false],
    [shared, 'bob', [], true],
  ])('is used on behalf of a member only where both may use it: %#', (...[connection, userId, crews, expected]) => {
    covers('addressing/run-as');
    const caller = newCaller({ crews: new Set(['night']), onBehalfOf: { userId, crews: new Set(crews) } });
    expect(mayUse(caller, connection)).toBe(expected);
    expect(mayUse({ ...caller, crews: new Set() }, crew)).toBe(false);
  });

  it('that is personal is managed by its owner alone', () => {
    expect(mayManage(newCaller(), personal)).toBe(true);
    expect(mayManage(newCaller({ userId: 'bob', role: 'OWNER' }), personal)).toBe(false);
  });

  it.each([crew, shared])('that is shared ($scope) is managed by MANAGER and above', (connection) => {
    covers('004/shared');
    const managing = roles.filter((role) => mayManage(newCaller({ role, crews: new Set(['night']) }), connection));
    expect(managing).toEqual(['MANAGER', 'ADMIN', 'OWNER']);
  });
});

describe('a connection of an end user', () => {
  const owner = { id: 'e1', externalId: 'u_1' };
  const theirs = newConnection({ ownerUserId: 'e1', endUser: owner });
  const shared = newConnection({ scope: 'workspace', ownerUserId: null });
  const someone = { workspaceId: 'w', via: 'user_token' } as const;

  it('is used by that end user alone', () => {
    expect(mayUse(endUserCaller(owner, someone), theirs)).toBe(true);
    expect(mayUse(endUserCaller({ id: 'e2', externalId: 'u_2' }, someone), theirs)).toBe(false);
    expect(roles.map((role) => mayUse(newCaller({ role }), theirs))).not.toContain(true);
  });

  it('is managed by them, and by MANAGER and above with the scope end_users:read', () => {
    expect(mayManage(endUserCaller(owner, someone), theirs)).toBe(true);
    expect(mayManage(endUserCaller({ id: 'e2', externalId: 'u_2' }, someone), theirs)).toBe(false);
    expect(roles.filter((role) => mayManage(newCaller({ role }), theirs))).toEqual(['MANAGER', 'ADMIN', 'OWNER']);
    expect(mayManage(newCaller({ role: 'OWNER', scopes: new Set() }), theirs)).toBe(false);
  });

  it('counts only where its connector is among those that a token is for', () => {
    const reach = (connector: string) => endUserCaller(owner, { ...someone, connectors: new Set([connector]) });
    expect(mayUse(reach('gitlab'), theirs)).toBe(true);
    expect(mayUse(reach('github'), theirs)).toBe(false);
    expect(mayManage(reach('github'), theirs)).toBe(false);
  });

  it('is in no other workspace theirs', () => {
    expect(mayUse(endUserCaller(owner, { ...someone, workspaceId: 'elsewhere' }), theirs)).toBe(false);
  });

  it('gives them of the workspace only what was named, to use and not to manage', () => {
    const named = endUserCaller(owner, { ...someone, connections: new Set([shared.id]) });
    expect(mayUse(named, shared)).toBe(true);
    expect(mayManage(named, shared)).toBe(false);
    expect(mayUse(endUserCaller(owner, someone), shared)).toBe(false);
    const others = newConnection({ ownerUserId: 'e2', endUser: { id: 'e2', externalId: 'u_2' } });
    expect(mayUse(endUserCaller(owner, { ...someone, connections: new Set([others.id]) }), others)).toBe(false);
  });
});
