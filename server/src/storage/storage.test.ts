import { beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import type { Storage } from './storage.ts';
import { isForeignKeyViolation, isUniqueViolation } from './violations.ts';

const at = '2026-01-01T00:00:00.000Z';

describeOnEngines('a database', (open) => {
  let storage: Storage;

  beforeEach(async () => {
    storage = await open();
  });

  const workspace = (id: string) => ({ id, name: id, slug: id, created_at: at });
  const add = (id: string) =>
    storage.transact(
      async (trx) => void (await loose(trx.rows).insertInto('workspaces').values(workspace(id)).execute()),
    );
  const addProject = (workspaceId: string) =>
    storage
      .workspace(workspaceId)
      .transact((trx) =>
        loose(trx.rows).insertInto('projects').values({ id: 'p', slug: 'p', name: 'p', created_at: at }).execute(),
      );
  const ids = async () => {
    const rows = await loose(storage.rows).selectFrom('workspaces').select('id').orderBy('id').execute();
    return rows.map((row) => row['id']);
  };

  it('says that it can be written', async () => {
    await expect(storage.ping()).resolves.toBeUndefined();
  });

  it('shows what was written as soon as it is acknowledged', async () => {
    for (const id of ['a', 'b', 'c']) {
      await add(id);
      expect(await ids()).toContain(id);
    }
  });

  it('hides what a transaction writes until it ends', async () => {
    const written = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<unknown[]>();
    written.promise.then(ids).then(seen.resolve, seen.reject);
    await storage.transact(async (trx) => {
      await loose(trx.rows).insertInto('workspaces').values(workspace('a')).execute();
      written.resolve();
      await seen.promise;
    });
    expect(await seen.promise).toEqual([]);
  });

  it('undoes a transaction whose work throws, and none beside it', async () => {
    const failing = storage.transact(async (trx) => {
      await loose(trx.rows).insertInto('workspaces').values(workspace('b')).execute();
      throw new Error('changed my mind');
    });
    const results = await Promise.allSettled([add('a'), failing, add('c')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual(['a', 'c']);
  });

  it('lets nothing more run in a transaction after a statement failed', async () => {
    await add('a');
    const work = storage.transact(async (trx) => {
      await loose(trx.rows).insertInto('workspaces').values(workspace('b')).execute();
      await loose(trx.rows)
        .insertInto('workspaces')
        .values(workspace('a'))
        .execute()
        .catch(() => 'swallowed');
    });
    await expect(work).rejects.toThrow();
    expect(await ids()).toEqual(['a']);
  });

  it('refuses a transaction that is used after its end', async () => {
    const kept: { rows?: ReturnType<typeof loose> } = {};
    await storage.transact(async (trx) => void (kept.rows = loose(trx.rows)));
    await expect(kept.rows?.selectFrom('workspaces').selectAll().execute()).rejects.toThrow();
  });

  it('names a row that is there already, and one that points to nothing', async () => {
    await add('a');
    const twice = await add('a').catch((error: unknown) => error);
    const orphan = await addProject('nobody').catch((error: unknown) => error);
    expect([isUniqueViolation(twice), isForeignKeyViolation(twice)]).toEqual([true, false]);
    expect([isUniqueViolation(orphan), isForeignKeyViolation(orphan)]).toEqual([false, true]);
  });

  it('deletes everything of a workspace with it, and nothing of another', async () => {
    await add('a');
    await add('b');
    await addProject('a');
    await addProject('b');
    await storage.transact((trx) => loose(trx.rows).deleteFrom('workspaces').where('id', '=', 'a').execute());
    expect(await loose(storage.rows).selectFrom('projects').select('workspace_id').execute()).toEqual([
      { workspace_id: 'b' },
    ]);
  });

  it('does not let a row point to a row of another workspace', async () => {
    await add('a');
    await add('b');
    await storage
      .workspace('b')
      .transact((trx) =>
        loose(trx.rows).insertInto('crews').values({ id: 'theirs', name: 'n', created_at: at }).execute(),
      );
    const work = storage
      .workspace('a')
      .transact((trx) => loose(trx.rows).insertInto('connections').values(connectionOf('theirs')).execute());
    expect(isForeignKeyViolation(await work.catch((error: unknown) => error))).toBe(true);
  });

  it('counts and adds up in numbers', async () => {
    await add('a');
    const db = loose(storage.rows);
    const row = await db
      .selectFrom('workspaces')
      .select((eb) => [eb.fn.countAll().as('count'), eb.fn.sum(eb.lit(3)).as('sum')])
      .executeTakeFirst();
    expect(row).toStrictEqual({ count: 1, sum: 3 });
  });

  it('says how many rows a change touched', async () => {
    await add('a');
    const change = await storage.transact((trx) =>
      loose(trx.rows).updateTable('workspaces').set({ name: 'new' }).executeTakeFirst(),
    );
    expect(Number(change.numUpdatedRows)).toBe(1);
  });
});

function connectionOf(crewId: string) {
  return {
    id: 'c',
    connector_id: 'github',
    connector_version: '1',
    handle: 'github',
    label: 'GitHub',
    scope: 'crew',
    crew_id: crewId,
    auth_mode: 'none',
    status: 'pending',
    granted_scopes: '[]',
    config: '{}',
    created_by: 'x',
    created_at: at,
    updated_at: at,
  };
}
