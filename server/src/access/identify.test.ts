import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { cookieOf, publicUrl, startedAccess } from '../../../tests/support/started-access.ts';
import { createWorkspace } from './workspaces/workspaces.ts';

describeOnEngines('who is calling', (open) => {
  it('takes a key as bearer and as x-api-key', async () => {
    const { enter, adminKey, first } = await startedAccess(await open());
    await expect(enter({ authorization: `Bearer ${adminKey}` })).resolves.toEqual(first.caller);
    await expect(enter({ authorization: `bearer ${adminKey}`, apiKey: adminKey })).resolves.toEqual(first.caller);
  });

  it('refuses two credentials that differ, in words', async () => {
    const { enter, adminKey, keyOf, first } = await startedAccess(await open());
    const { text } = await keyOf(first);
    const both = enter({ authorization: `Bearer ${text}`, apiKey: adminKey });
    await expect(both).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('two different'),
    });
  });

  it('knows nobody behind what does not hold', async () => {
    const { enter } = await startedAccess(await open());
    const nothing = [
      {},
      { apiKey: '' },
      { apiKey: 'pb_unknown' },
      { authorization: 'Basic YTpi' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer nonsense' },
      { authorization: 'Bearer a.b.c' },
      { cookie: 'plugboard-7400.session_token=nonsense.signature' },
      { cookie: 'other=1' },
    ];
    for (const credentials of nothing) await expect(enter(credentials)).rejects.toThrow('Nobody.');
  });

  it('lets what was sent on purpose count before the cookie', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const cookie = cookieOf((await world.signIn('ada@example.com', { origin: publicUrl })).setCookies);
    await expect(world.enter({ cookie, apiKey: world.adminKey })).resolves.toMatchObject({
      via: 'key',
      operator: true,
    });
    await expect(world.enter({ cookie, apiKey: 'pb_wrong' })).rejects.toThrow('Nobody.');
    const none = { authorization: undefined, apiKey: undefined };
    expect(await world.access.identify({ ...none, cookie })).toMatchObject({ ambient: true });
    expect(await world.access.identify({ ...none, cookie, apiKey: world.adminKey })).toMatchObject({ ambient: false });
  });

  it('lets a session give no more than its role allows, and no program’s privileges', async () => {
    const world = await startedAccess(await open());
    const { caller } = await world.person('VIEWER');
    expect(caller).toMatchObject({ via: 'session', role: 'VIEWER', operator: false, key: undefined });
    expect(caller.scopes.has('approvals:decide')).toBe(true);
    expect(caller.scopes.has('tools:write_unasked')).toBe(false);
    expect(caller.scopes.has('oauth:direct')).toBe(false);
  });
});

describeOnEngines('which workspace', (open) => {
  it('is the only one, or the named one by id or slug, and must be named where there are several', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER', 'ada@example.com');
    const cookie = cookieOf((await world.signIn('ada@example.com')).setCookies);
    await expect(world.enter({ cookie })).resolves.toMatchObject({ workspaceId: ada.caller.workspaceId });
    const other = await createWorkspace(
      { ...world.first, storage: world.storage, onWorkspaceCreated: async () => undefined },
      { name: 'Other' },
    );
    await expect(world.enter({ cookie }, 'other')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(world.enter({ cookie }, other.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(world.enter({ cookie }, 'nowhere')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const member = { id: 'm', user_id: ada.caller.userId, role: 'OWNER', created_at: new Date().toISOString() };
    await world.storage.workspace(other.id).transact((trx) => trx.rows.insertInto('members').values(member).execute());
    await expect(world.enter({ cookie })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(world.enter({ cookie }, 'other')).resolves.toMatchObject({ workspaceId: other.id, role: 'OWNER' });
    await expect(world.enter({ cookie }, other.id.toUpperCase())).resolves.toMatchObject({ role: 'OWNER' });
    await expect(world.enter({ cookie }, 'default')).resolves.toMatchObject({ role: 'MEMBER' });
  });

  it('is the key’s own, whatever else its person is a member of', async () => {
    const world = await startedAccess(await open());
    const making = { ...world.first, storage: world.storage, onWorkspaceCreated: async () => undefined };
    await createWorkspace(making, { name: 'Other' });
    const { workspaceId } = world.first.caller;
    await expect(world.enter({ apiKey: world.adminKey })).resolves.toMatchObject({ workspaceId });
    await expect(world.enter({ apiKey: world.adminKey }, 'default')).resolves.toMatchObject({ workspaceId });
    await expect(world.enter({ apiKey: world.adminKey }, workspaceId)).resolves.toMatchObject({ workspaceId });
    await expect(world.enter({ apiKey: world.adminKey }, 'other')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
