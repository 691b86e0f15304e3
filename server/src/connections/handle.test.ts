import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { covers } from '../../../tests/support/covers.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../tests/support/new-connection.ts';
import { keepEndUsers } from '../access/end-users/end-user-store.ts';
import { insertConnection } from './connection-store.ts';
import { firstFree, handleStem, takeHandle, takeHandleByChance } from './handle.ts';

describe('the stem of a handle', () => {
  it.each([
    ['github', 'github'],
    ['google-calendar', 'google-calendar'],
    ['Acme CRM (Europe)', 'acme-crm-europe'],
    ['a-connector-with-a-very-long-name', 'a-connector-with-a-ver'],
    ['a-connector-with-a-lo-ng-name', 'a-connector-with-a-lo'],
    ['--', 'connection'],
    ['日本', 'connection'],
  ])('of %s is %s', (base, stem) => {
    covers('everywhere/16-handles');
    expect(handleStem(base)).toBe(stem);
  });
});

describe('a new handle', () => {
  it.each([
    ['github', [], 'github'],
    ['github', ['github'], 'github-2'],
    ['github', ['github', 'github-2', 'github-3'], 'github-4'],
    ['github', ['github', 'github-3'], 'github-2'],
    ['github', ['github-2'], 'github'],
    ['a'.repeat(22), ['a'.repeat(22)], `${'a'.repeat(20)}-2`],
  ])('for %s where %j are taken is %s', (stem, taken, handle) => {
    covers('everywhere/16-handles');
    expect(firstFree(stem, new Set(taken))).toBe(handle);
  });

  it('has 1 to 22 of a-z, 0-9 and dash, whatever the connector is called and however many there are', () => {
    covers('everywhere/16-handles');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 120 }), (base, count) => {
        const taken = new Set<string>();
        for (let number = 0; number <= count; number += 1) taken.add(firstFree(handleStem(base), taken));
        expect(taken.size).toBe(count + 1);
        for (const handle of taken) expect(handle).toMatch(/^[a-z0-9-]{1,22}$/);
      }),
    );
  });
});

describeOnEngines('a handle taken in the database', (open) => {
  it('is free again in another workspace, and never where its connection was deleted', async () => {
    covers('everywhere/16-handles');
    const storage = await open();
    const here = storage.workspace(await addWorkspace(storage));
    const there = storage.workspace(await addWorkspace(storage));
    await here.transact(async (trx) => {
      await insertConnection(trx, newConnectionRow({ handle: 'gitlab', deleted_at: '2026-11-21T00:00:00.000Z' }));
      expect(await takeHandle(trx, 'gitlab')).toBe('gitlab-2');
    });
    await there.transact(async (trx) => expect(await takeHandle(trx, 'gitlab')).toBe('gitlab'));
  });

  it('for an end user ends by chance, and again where that was taken; what members take goes on counting', async () => {
    const storage = await open();
    const db = storage.workspace(await addWorkspace(storage));
    const ids = ['a'.repeat(10), 'a'.repeat(10), 'b'.repeat(10)];
    const take = () => db.transact((trx) => takeHandleByChance(trx, 'google-calendar', () => ids.shift() ?? ''));
    const first = await take();
    expect(first).toBe(`google-cale-${'a'.repeat(10)}`);
    const [owner] = await db.transact((trx) => keepEndUsers(trx, { now: () => 0 }, [{ id: 'u_1' }]));
    const whose = { owner_user_id: owner?.id ?? null, end_user_id: owner?.id ?? null, end_user_external_id: 'u_1' };
    await db.transact((trx) => insertConnection(trx, newConnectionRow({ ...whose, handle: first })));
    expect(await take()).toBe(`google-cale-${'b'.repeat(10)}`);
    await db.transact(async (trx) => {
      expect(await takeHandle(trx, 'google-calendar')).toBe('google-calendar');
      expect(await takeHandle(trx, first)).not.toBe(first);
    });
  });
});
