import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../../tests/support/databases.ts';
import { password, startedAccess } from '../../../../../tests/support/started-access.ts';
import type { StartedAccess } from '../../../../../tests/support/started-access.ts';
import { Secret } from '../../../lib/secret.ts';
import { newId } from '../../../lib/ids.ts';
import { acceptInvitation, readInvitation } from './accept-invitation.ts';
import { cancelInvitation, createInvitation, listInvitations } from './invitations.ts';
import { changeRole, listMembers, removeMember } from './members.ts';
import { insertMember } from './person-store.ts';
import { createWorkspace } from '../workspaces.ts';

describeOnEngines('members', (open) => {
  it('are listed with their roles', async () => {
    const world = await startedAccess(await open());
    world.clock.move(1);
    const ada = await world.person('MEMBER', 'ada@example.com');
    const { items, nextCursor } = await listMembers(ada.db, { limit: 1 });
    expect(items).toMatchObject([{ id: ada.caller.userId, email: 'ada@example.com', role: 'MEMBER' }]);
    const rest = await listMembers(ada.db, { limit: 5, cursor: nextCursor ?? '' });
    expect(rest.items).toMatchObject([{ role: 'OWNER' }]);
  });

  it('are never raised above whoever raises them, nor ruled by somebody below them', async () => {
    const world = await startedAccess(await open());
    const [ada, bob] = [await world.person('ADMIN'), await world.person('MEMBER')];
    await expect(changeRole(ada, { userId: bob.caller.userId, role: 'OWNER' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(changeRole(ada, { userId: ada.caller.userId, role: 'OWNER' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const owner = world.first.caller.userId;
    await expect(changeRole(ada, { userId: owner, role: 'MEMBER' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(removeMember(ada, owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await changeRole(ada, { userId: bob.caller.userId, role: 'ADMIN' });
    await expect(changeRole(ada, { userId: 'nobody', role: 'VIEWER' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('always have an OWNER among them, and the operator in the first workspace', async () => {
    const world = await startedAccess(await open());
    const owner = world.first.caller.userId;
    await expect(changeRole(world.first, { userId: owner, role: 'ADMIN' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(removeMember(world.first, owner)).rejects.toMatchObject({ code: 'CONFLICT' });
    await world.person('OWNER');
    await expect(removeMember(world.first, owner)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('keep one OWNER also when the last two step down at once', async () => {
    const world = await startedAccess(await open());
    for (let round = 0; round < 5; round += 1) {
      const { acting, userIds } = await workspaceOfTwoOwners(world);
      await Promise.allSettled(userIds.map((userId) => changeRole(acting, { userId, role: 'MEMBER' })));
      const { items } = await listMembers(acting.db, { limit: 25 });
      expect(items.filter(({ role }) => role === 'OWNER')).toHaveLength(1);
    }
  });

  it('lose their keys, crews and entrance when they are removed', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER', 'ada@example.com');
    const { text } = await world.keyOf(ada);
    await removeMember(ada, ada.caller.userId);
    world.clock.move(1_001);
    await expect(world.enter({ apiKey: text })).rejects.toThrow('Nobody.');
    const { token } = await createInvitation(world.first, { email: 'ada@example.com', role: 'MEMBER' });
    await acceptInvitation(world, { token: token.reveal(), userId: ada.caller.userId });
    world.clock.move(1_001);
    await expect(world.enter({ apiKey: text })).rejects.toThrow('Nobody.');
  });

  it('cannot be removed by their equals below ADMIN', async () => {
    const world = await startedAccess(await open());
    const [ada, bob] = [await world.person('MEMBER'), await world.person('MEMBER')];
    await expect(removeMember(ada, bob.caller.userId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describeOnEngines('invitations', (open) => {
  it('let one person in, once, with the role and crew they name', async () => {
    const world = await startedAccess(await open());
    const { token } = await createInvitation(world.first, {
      email: 'Ada@Example.com',
      role: 'MANAGER',
      crew: 'default',
    });
    expect(await readInvitation(world, token.reveal())).toMatchObject({
      workspace: 'Default',
      email: 'ada@example.com',
      role: 'MANAGER',
    });
    const [one, other] = await Promise.allSettled([accept(world, token.reveal()), accept(world, token.reveal())]);
    expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(accept(world, token.reveal())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.signIn('ada@example.com');
    expect((await listInvitations(world.first.db, { limit: 25 })).items).toEqual([]);
  });

  it('are stored without their token', async () => {
    const world = await startedAccess(await open());
    const { token } = await createInvitation(world.first, { email: 'ada@example.com', role: 'MEMBER' });
    const { rows } = world.storage;
    const stored = [
      await rows.selectFrom('verifications').selectAll().execute(),
      await rows.selectFrom('events').selectAll().execute(),
    ];
    expect(JSON.stringify(stored)).not.toContain(token.reveal());
  });

  it('end after a week and when they are cancelled', async () => {
    const world = await startedAccess(await open());
    const late = await createInvitation(world.first, { email: 'a@example.com', role: 'MEMBER' });
    world.clock.move(7 * 86_400_000);
    await expect(accept(world, late.token.reveal())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const taken = await createInvitation(world.first, { email: 'b@example.com', role: 'MEMBER' });
    await cancelInvitation(world.first, taken.invitation.id);
    await expect(readInvitation(world, taken.token.reveal())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cancelInvitation(world.first, taken.invitation.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('never invite above the inviter, nor a member again', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('ADMIN', 'ada@example.com');
    await expect(createInvitation(ada, { email: 'b@example.com', role: 'OWNER' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(createInvitation(ada, { email: 'ada@example.com', role: 'VIEWER' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(createInvitation(ada, { email: 'b@example.com', role: 'VIEWER', crew: 'no' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('do not let whoever finds the link take over a person who signs in here', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER', 'ada@example.com');
    const bob = await world.person('MEMBER', 'bob@example.com');
    await removeMember(world.first, ada.caller.userId);
    const { token } = await createInvitation(world.first, { email: 'ada@example.com', role: 'ADMIN' });
    await expect(accept(world, token.reveal())).rejects.toMatchObject({ code: 'CONFLICT' });
    const asBob = acceptInvitation(world, { token: token.reveal(), userId: bob.caller.userId });
    await expect(asBob).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await acceptInvitation(world, { token: token.reveal(), userId: ada.caller.userId });
  });
});

function accept(world: StartedAccess, token: string) {
  return acceptInvitation(world, { token, name: 'Ada', password: new Secret(password) });
}

/** A second workspace, whose operator is no protected OWNER: the first admin key does not act in it. */
async function workspaceOfTwoOwners(world: StartedAccess) {
  const onWorkspaceCreated = async () => undefined;
  const making = { ...world.first, storage: world.storage, onWorkspaceCreated };
  const { id } = await createWorkspace(making, { name: 'Other', slug: `w-${newId()}` });
  const db = world.storage.workspace(id);
  const { userId } = (await world.person('MEMBER')).caller;
  await db.transact((trx) => insertMember(trx, world.clock, { userId, role: 'OWNER' }));
  return { acting: { ...world.first, db }, userIds: [world.first.caller.userId, userId] };
}
