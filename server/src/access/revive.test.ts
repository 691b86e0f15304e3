import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { startedAccess } from '../../../tests/support/started-access.ts';
import { revokeKey } from './keys/api-keys.ts';
import { changeRole, removeMember } from './workspaces/people/members.ts';

describeOnEngines('somebody who asked earlier', (open) => {
  it('may do what they may do now, not what they could when they asked', async () => {
    const world = await startedAccess(await open());
    const { caller } = await world.person('ADMIN');
    await changeRole(world.first, { userId: caller.userId, role: 'VIEWER' });
    const now = await world.access.revive(caller.principal, caller.workspaceId);
    expect(now).toEqual({ ...caller, role: 'VIEWER' });
  });

  it('is gone once the key is revoked, the person left, or the workspace is another one', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER');
    const { caller } = (await world.keyOf(ada)).acting;
    const revive = (workspaceId = caller.workspaceId) => world.access.revive(caller.principal, workspaceId);
    expect(await revive()).toEqual(caller);
    expect(await revive('another')).toBeUndefined();
    await revokeKey(ada, caller.key?.id ?? '');
    expect(await revive()).toBeUndefined();
    await removeMember(ada, ada.caller.userId);
    expect(await world.access.revive(ada.caller.principal, caller.workspaceId)).toBeUndefined();
    expect(await world.access.revive('system', caller.workspaceId)).toBeUndefined();
  });
});
