import { describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { newCaller } from '../../../tests/support/new-caller.ts';
import { newConnection } from '../../../tests/support/new-connection.ts';
import { roles } from '../access/caller.ts';
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
