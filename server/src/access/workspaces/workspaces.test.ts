import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { password, startedAccess } from '../../../../tests/support/started-access.ts';
import { Secret } from '../../lib/secret.ts';
import {
  addCrewMember,
  createCrew,
  deleteCrew,
  findCrew,
  listCrewMembers,
  listCrews,
  removeCrewMember,
} from './crews.ts';
import { editWorkspace } from './edit-workspace.ts';
import { setOwnerSignIn } from './people/owner-sign-in.ts';
import { createProject, findProject, listProjects } from './projects.ts';
import { createWorkspace, listWorkspaces, readWorkspace } from './workspaces.ts';

describeOnEngines('workspaces', (open) => {
  it('are made by the operator, with an owner, a vault key, a crew and a project', async () => {
    const world = await startedAccess(await open());
    const vaultKeys: string[] = [];
    const onWorkspaceCreated = async (trx: { readonly workspaceId: string }) => void vaultKeys.push(trx.workspaceId);
    const making = { ...world.first, storage: world.storage, onWorkspaceCreated };
    const made = await createWorkspace(making, { name: 'Über uns & Co.' });
    expect(made).toMatchObject({ slug: 'u-ber-uns-co', role: 'OWNER' });
    expect(vaultKeys).toEqual([made.id]);
    await expect(createWorkspace(making, { name: 'X', slug: made.slug })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(createWorkspace(making, { name: '日本' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const db = world.storage.workspace(made.id);
    expect(await findProject(db, 'default')).toBeDefined();
    expect(await findCrew(db, 'default')).toBeDefined();
    const mine = await listWorkspaces(world.storage, { userId: world.first.caller.userId }, { limit: 25 });
    expect(mine.items.map(({ slug }) => slug)).toContain('default');
    expect(mine.items).toHaveLength(2);
  });

  it('keep their slug when they are renamed', async () => {
    const world = await startedAccess(await open());
    await editWorkspace(world.first, { name: 'Acme' });
    expect(await readWorkspace(world.first)).toMatchObject({ name: 'Acme', slug: 'default', role: 'OWNER' });
    const agent = await world.keyOf(world.first, { scopes: ['tools:call', 'workspaces:write'] });
    await expect(editWorkspace(agent.acting, { name: 'Mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describeOnEngines('projects', (open) => {
  it('answer to id and slug, and are listed newest first', async () => {
    const { first, clock } = await startedAccess(await open());
    clock.move(1);
    const project = await createProject(first, { name: 'Support bot' });
    expect(project.slug).toBe('support-bot');
    expect(await findProject(first.db, project.id)).toEqual(project);
    expect(await findProject(first.db, 'support-bot')).toEqual(project);
    expect(await findProject(first.db, 'nothing')).toBeUndefined();
    await expect(createProject(first, { name: 'Support bot' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { items } = await listProjects(first.db, { limit: 25 });
    expect(items.map(({ slug }) => slug)).toEqual(['support-bot', 'default']);
  });
});

describeOnEngines('crews', (open) => {
  it('have members, who carry the crew in what they do', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER');
    const crew = await createCrew(world.first, { name: 'Sales' });
    const { text } = await world.keyOf(ada);
    await addCrewMember(world.first, { crew: 'sales', userId: ada.caller.userId });
    await addCrewMember(world.first, { crew: crew.id, userId: ada.caller.userId });
    world.clock.move(1_001);
    expect((await world.enter({ apiKey: text })).crews).toEqual(new Set([crew.id]));
    expect(await listCrewMembers(world.first.db, 'sales')).toMatchObject([{ id: ada.caller.userId }]);
    await removeCrewMember(world.first, { crew: 'sales', userId: ada.caller.userId });
    world.clock.move(1_001);
    expect((await world.enter({ apiKey: text })).crews).toEqual(new Set());
    await expect(removeCrewMember(world.first, { crew: 'sales', userId: ada.caller.userId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('take members of the workspace alone', async () => {
    const { first } = await startedAccess(await open());
    await expect(addCrewMember(first, { crew: 'default', userId: 'stranger' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(addCrewMember(first, { crew: 'nothing', userId: first.caller.userId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('can be deleted, but for the default one', async () => {
    const { first } = await startedAccess(await open());
    await createCrew(first, { name: 'Sales' });
    await expect(createCrew(first, { name: 'Sales' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await deleteCrew(first, 'sales');
    await expect(deleteCrew(first, 'sales')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deleteCrew(first, 'default')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await listCrews(first.db, { limit: 25 })).items.map(({ slug }) => slug)).toEqual(['default']);
  });
});

describeOnEngines('the owner', (open) => {
  it('signs in once e-mail and password are set against the first admin key', async () => {
    const world = await startedAccess(await open());
    const wish = { email: 'Owner@Example.com', password: new Secret(password), name: 'Ada' };
    await setOwnerSignIn({ ...world.first, auth: world.auth }, wish);
    const { body } = await world.signIn('owner@example.com');
    expect(body).toMatchObject({ user: { name: 'Ada', email: 'owner@example.com', id: world.first.caller.userId } });
  });

  it('is signed out by a new password, and the old one ends', async () => {
    const world = await startedAccess(await open());
    const set = (text: string) =>
      setOwnerSignIn({ ...world.first, auth: world.auth }, { email: 'o@example.com', password: new Secret(text) });
    await set(password);
    const { body } = await world.signIn('o@example.com');
    const token = typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : '';
    await expect(world.enter({ authorization: `Bearer ${token}` })).resolves.toMatchObject({ operator: true });
    await set('another good password');
    await expect(world.enter({ authorization: `Bearer ${token}` })).rejects.toThrow('Nobody.');
    await expect(world.signIn('o@example.com')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await world.signIn('o@example.com', { password: 'another good password' });
  });

  it('keeps the password from short ones and the e-mail from others’', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const set = (email: string, text: string) =>
      setOwnerSignIn({ ...world.first, auth: world.auth }, { email, password: new Secret(text) });
    await expect(set('o@example.com', 'short')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(set('ada@example.com', password)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
