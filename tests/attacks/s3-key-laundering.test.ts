import { expect, it } from 'vitest';
import type { Scope } from '../../server/src/access/caller.ts';
import { mintKey } from '../../server/src/access/keys/api-keys.ts';
import { createInvitation } from '../../server/src/access/workspaces/people/invitations.ts';
import { changeRole } from '../../server/src/access/workspaces/people/members.ts';
import { describeOnEngines } from '../support/databases.ts';
import { startedAccess } from '../support/started-access.ts';

const forbidden = { code: 'FORBIDDEN' };

describeOnEngines('S3', (open) => {
  it('a key that calls tools makes no second key', async () => {
    const world = await startedAccess(await open());
    const scopes: Scope[] = ['tools:call', 'keys:write', 'keys:read'];
    const { acting } = await world.keyOf(world.first, { kind: 'person', scopes, role: 'OWNER' });
    await expect(mintKey(acting, { name: 'mine', kind: 'person', scopes: ['tools:call'] })).rejects.toMatchObject(
      forbidden,
    );
    await expect(mintKey(acting, { name: 'mine', kind: 'person', scopes: ['approvals:decide'] })).rejects.toMatchObject(
      forbidden,
    );
  });

  it.each<Scope>(['approvals:decide', 'admin', 'members:write'])(
    'nobody, the operator included, makes a key that calls tools and holds %s',
    async (scope) => {
      const world = await startedAccess(await open());
      const owner = await world.person('OWNER');
      for (const minter of [world.first, owner]) {
        const minted = mintKey(minter, { name: 'both', kind: 'person', scopes: ['tools:call', scope] });
        await expect(minted).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      }
    },
  );

  it('a key with admin hands out neither admin nor the deciding of approvals', async () => {
    const world = await startedAccess(await open());
    const { acting } = await world.keyOf(world.first, {
      kind: 'person',
      scopes: ['admin', 'keys:write'],
      role: 'OWNER',
    });
    for (const scope of [
      'admin',
      'approvals:decide',
      'secrets:reveal',
      'tools:write_unasked',
      'oauth:direct',
    ] as const) {
      await expect(mintKey(acting, { name: 'more', kind: 'person', scopes: [scope] })).rejects.toMatchObject(forbidden);
    }
  });

  it('a key made by a key carries the lineage of its maker', async () => {
    const world = await startedAccess(await open());
    const parent = await world.keyOf(world.first, {
      kind: 'person',
      scopes: ['admin', 'keys:write', 'tools:read'],
      role: 'ADMIN',
    });
    const child = await world.keyOf(parent.acting, { scopes: ['tools:read'] });
    const principals = [world.first, parent.acting, child.acting].map(({ caller }) => caller.principal);
    expect(child.acting.caller.key?.lineage).toEqual(principals);
  });

  it('a key invites nobody who could approve for it, and raises nobody', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER');
    const { acting } = await world.keyOf(world.first, { role: 'OWNER', scopes: ['tools:call'] });
    await expect(createInvitation(acting, { email: 'accomplice@example.com', role: 'OWNER' })).rejects.toMatchObject(
      forbidden,
    );
    await expect(changeRole(acting, { userId: ada.caller.userId, role: 'OWNER' })).rejects.toMatchObject(forbidden);
  });

  it('a key is never above the role of whoever makes it, and snippets get an agent’s key by default', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER');
    await expect(mintKey(ada, { name: 'k', kind: 'agent', role: 'ADMIN' })).rejects.toMatchObject(forbidden);
    const { key } = await mintKey(ada, { name: 'k', kind: 'agent' });
    expect(key.scopes).not.toContain('approvals:decide');
    expect(key.scopes).not.toContain('keys:write');
    expect(key.role).toBe('MEMBER');
  });
});
