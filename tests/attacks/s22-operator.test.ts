import { expect, it } from 'vitest';
import { scopes } from '../../server/src/access/caller.ts';
import { setOwnerSignIn } from '../../server/src/access/workspaces/people/owner-sign-in.ts';
import { createWorkspace } from '../../server/src/access/workspaces/workspaces.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { describeOnEngines } from '../support/databases.ts';
import { password, startedAccess } from '../support/started-access.ts';

describeOnEngines('S22', (open) => {
  it('the OWNER of a workspace is not the operator and makes no workspaces', async () => {
    const world = await startedAccess(await open());
    const owner = await world.person('OWNER');
    expect(owner.caller.operator).toBe(false);
    const making = { ...owner, storage: world.storage, onWorkspaceCreated: async () => undefined };
    await expect(createWorkspace(making, { name: 'Mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('a key the operator made is not the operator, whatever it holds', async () => {
    const world = await startedAccess(await open());
    const held = scopes.filter((scope) => scope !== 'tools:call');
    const { acting } = await world.keyOf(world.first, { kind: 'person', role: 'OWNER', scopes: held });
    expect(acting.caller).toMatchObject({ userId: world.first.caller.userId, role: 'OWNER', operator: false });
    const wish = { email: 'eve@example.com', password: new Secret(password) };
    await expect(setOwnerSignIn({ ...acting, auth: world.auth }, wish)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('the operator is the operator with the first admin key and in person', async () => {
    const world = await startedAccess(await open());
    expect(world.first.caller.operator).toBe(true);
    const wish = { email: 'o@example.com', password: new Secret(password) };
    await setOwnerSignIn({ ...world.first, auth: world.auth }, wish);
    const { setCookies } = await world.signIn('o@example.com');
    const cookie = setCookies.map((text) => text.split(';')[0]).join('; ');
    await expect(world.enter({ cookie })).resolves.toMatchObject({ via: 'session', operator: true });
  });
});
