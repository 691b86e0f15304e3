import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { startedAccess } from '../../../../tests/support/started-access.ts';
import { removeMember, changeRole } from '../workspaces/people/members.ts';
import { listKeys, mintKey, revokeKey } from './api-keys.ts';

describeOnEngines('API keys', (open) => {
  it('acts for the person who made it, with its own role and scopes', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MANAGER');
    const { acting } = await world.keyOf(ada, { scopes: ['tools:read'], role: 'VIEWER' });
    expect(acting.caller).toMatchObject({ via: 'key', userId: ada.caller.userId, role: 'VIEWER', operator: false });
    expect([...acting.caller.scopes]).toEqual(['tools:read']);
    expect(acting.caller.key?.lineage).toEqual([acting.caller.principal]);
  });

  it('stores the hash and ten characters, never the key', async () => {
    const world = await startedAccess(await open());
    const { secret, key } = await mintKey(world.first, { name: 'k', kind: 'agent' });
    expect(secret.reveal()).toMatch(/^pb_[\w-]{43}$/);
    expect(key.prefix).toBe(secret.reveal().slice(0, 10));
    const rows = await world.storage.rows.selectFrom('api_keys').selectAll().execute();
    const events = await world.storage.rows.selectFrom('events').selectAll().execute();
    expect(JSON.stringify([rows, events])).not.toContain(secret.reveal());
  });

  it('is never above what its person is now', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('ADMIN');
    const { text } = await world.keyOf(ada, { role: 'ADMIN' });
    await changeRole(world.first, { userId: ada.caller.userId, role: 'VIEWER' });
    world.clock.move(1_001);
    await expect(world.enter({ apiKey: text })).resolves.toMatchObject({ role: 'VIEWER' });
    await removeMember(world.first, ada.caller.userId);
    world.clock.move(1_001);
    await expect(world.enter({ apiKey: text })).rejects.toThrow('Nobody.');
  });

  it('ends at its expiry and not before', async () => {
    const world = await startedAccess(await open());
    const expiresAt = new Date(world.clock.now() + 5_000).toISOString();
    const { text } = await world.keyOf(world.first, { expiresAt });
    world.clock.move(4_999);
    await expect(world.enter({ apiKey: text })).resolves.toMatchObject({ via: 'key' });
    world.clock.move(1);
    await expect(world.enter({ apiKey: text })).rejects.toThrow('Nobody.');
    await expect(world.keyOf(world.first, { expiresAt })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('lists one’s own, everybody’s for an ADMIN, newest first and in pages', async () => {
    const world = await startedAccess(await open());
    const ada = await world.person('MEMBER');
    for (const name of ['one', 'two', 'three']) {
      world.clock.move(1);
      await mintKey(ada, { name, kind: 'agent' });
    }
    const own = await listKeys(ada, { limit: 2 });
    expect(own.items.map(({ name }) => name)).toEqual(['three', 'two']);
    const rest = await listKeys(ada, { limit: 2, cursor: own.nextCursor ?? '' });
    expect(rest.items.map(({ name }) => name)).toEqual(['one']);
    expect(rest.nextCursor).toBeNull();
    const all = await listKeys(world.first, { limit: 100 });
    expect(all.items.map(({ name }) => name)).toEqual(['three', 'two', 'one', 'First admin key']);
  });

  it('can be revoked by its person and by an ADMIN, once, and by nobody else', async () => {
    const world = await startedAccess(await open());
    const [ada, bob] = [await world.person('MEMBER'), await world.person('MEMBER')];
    const { key } = await mintKey(ada, { name: 'k', kind: 'agent' });
    await expect(revokeKey(bob, key.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await revokeKey(ada, key.id);
    await expect(revokeKey(ada, key.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = await mintKey(ada, { name: 'k', kind: 'agent' });
    await revokeKey(world.first, other.key.id);
    const types = await ada.db.rows.selectFrom('events').select('type').where('type', '=', 'api_key.revoked').execute();
    expect(types).toHaveLength(2);
  });

  it('keeps the first admin key from being revoked by request', async () => {
    const world = await startedAccess(await open());
    await expect(revokeKey(world.first, world.first.caller.key?.id ?? '')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('notes when it was last used, at most once a minute', async () => {
    const world = await startedAccess(await open());
    const { text, acting } = await world.keyOf(world.first);
    const usedAt = async () =>
      (await listKeys(world.first, { limit: 100 })).items.find(({ id }) => id === acting.caller.key?.id)?.lastUsedAt;
    const firstUse = new Date(world.clock.now()).toISOString();
    await world.access.stop();
    expect(await usedAt()).toBe(firstUse);
    world.clock.move(59_999);
    await world.enter({ apiKey: text });
    await world.access.stop();
    expect(await usedAt()).toBe(firstUse);
    world.clock.move(1);
    await world.enter({ apiKey: text });
    await world.access.stop();
    expect(await usedAt()).not.toBe(firstUse);
  });
});
