import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import { fillWorkspaces } from '../../../tests/support/two-workspaces.ts';
import type { Storage } from './storage.ts';
import { workspaceTables } from './narrowing/workspace-tables.ts';

const at = '2026-01-01T00:00:00.000Z';

describeOnEngines('the rows of a workspace', (open) => {
  let storage: Storage;

  beforeEach(async () => {
    storage = await open();
    await fillWorkspaces(storage, ['a', 'b']);
  });

  const a = () => loose(storage.workspace('a').rows);
  const inA = <T>(work: (trx: ReturnType<typeof loose>) => Promise<T>) =>
    storage.workspace('a').transact((trx) => work(loose(trx.rows)));
  const projects = () =>
    loose(storage.rows)
      .selectFrom('projects')
      .select(['workspace_id', 'id', 'name'])
      .orderBy('workspace_id')
      .orderBy('id');

  it('are those of every table that has a workspace_id', async () => {
    const tables = await storage.rows.introspection.getTables();
    const found = tables.filter((table) => table.columns.some((column) => column.name === 'workspace_id'));
    expect(found.map((table) => table.name).toSorted()).toEqual([...workspaceTables].toSorted());
  });

  it('get their workspace when they are inserted, one or many', async () => {
    await inA((trx) =>
      trx.insertInto('projects').values({ id: '1', slug: '1', name: 'new', created_at: at }).execute(),
    );
    await inA((trx) =>
      trx
        .insertInto('projects')
        .values([
          { id: '2', slug: '2', name: 'new', created_at: at },
          { id: '3', slug: '3', name: sql<string>`lower('NEW')`, created_at: at },
        ])
        .returning('workspace_id')
        .execute(),
    );
    const found = await projects().where('name', '=', 'new').execute();
    expect(found.map((row) => `${row['workspace_id']}${row['id']}`)).toEqual(['a1', 'a2', 'a3']);
  });

  it('get their workspace when they come from a select, which sees only rows of it', async () => {
    await inA((trx) =>
      trx
        .insertInto('projects')
        .columns(['id', 'slug', 'name', 'created_at'])
        .expression((eb) =>
          eb
            .selectFrom('projects')
            .select([sql`id || '2'`.as('i'), sql`slug || '2'`.as('s'), sql`name`.as('n'), sql`created_at`.as('c')])
            .union(
              eb
                .selectFrom('people')
                .select([sql`id`.as('i'), sql`id`.as('s'), sql`name`.as('n'), sql`${at}`.as('c')])
                .where('id', '=', 'none'),
            ),
        )
        .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doNothing())
        .execute(),
    );
    const found = await projects().where('id', 'like', '_2').execute();
    expect(found.map((row) => `${row['workspace_id']}${row['id']}`)).toEqual(['ax2', 'ay2', 'az2']);
  });

  it('get their workspace inside a common table expression that was built by itself', async () => {
    if (storage.engine === 'sqlite') return;
    await inA(async (trx) => {
      const insert = trx
        .insertInto('projects')
        .values({ id: '9', slug: '9', name: 'new', created_at: at })
        .returning(['id']);
      await trx
        .with('added', () => insert)
        .selectFrom('added')
        .select('id')
        .execute();
    });
    expect(await projects().where('id', '=', '9').execute()).toEqual([{ workspace_id: 'a', id: '9', name: 'new' }]);
  });

  it('are never put into, or moved to, a workspace that the query names', async () => {
    const row = { id: '1', slug: '1', name: 'n', created_at: at };
    const attempts = [
      () =>
        inA((trx) =>
          trx
            .insertInto('projects')
            .values({ ...row, workspace_id: 'b' })
            .execute(),
        ),
      () =>
        inA((trx) =>
          trx
            .insertInto('projects')
            .values([row, { ...row, id: '2', workspace_id: 'b' }])
            .execute(),
        ),
      () => inA((trx) => trx.updateTable('projects').set({ workspace_id: 'b' }).execute()),
      () => inA((trx) => trx.updateTable('projects').set('WORKSPACE_ID', 'b').execute()),
      () =>
        inA((trx) =>
          trx
            .updateTable('projects')
            .set(sql`workspace_id`, 'b')
            .execute(),
        ),
      () =>
        inA((trx) =>
          trx
            .insertInto('projects')
            .values(row)
            .onConflict((on) => on.columns(['workspace_id', 'id']).doUpdateSet({ workspace_id: 'b' }))
            .execute(),
        ),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow('leave workspace_id out (S21)');
  });

  it('of another workspace stay as they are when an insert meets one', async () => {
    const db = loose(storage.writer);
    await db
      .insertInto('jobs')
      .values({ workspace_id: 'b', id: 'j', kind: 'k', unique_key: 'u', payload: 'theirs', run_at: 1, created_at: at })
      .execute();
    await inA((trx) =>
      trx
        .insertInto('jobs')
        .values({ id: 'j', kind: 'k', unique_key: 'u', payload: 'ours', run_at: 1, created_at: at })
        .onConflict((on) => on.columns(['kind', 'unique_key']).doUpdateSet({ payload: 'ours' }))
        .execute(),
    );
    expect(await db.selectFrom('jobs').select(['workspace_id', 'payload']).execute()).toEqual([
      { workspace_id: 'b', payload: 'theirs' },
    ]);
  });

  it('are changed in place when an insert meets one of this workspace', async () => {
    await inA((trx) =>
      trx
        .insertInto('projects')
        .values({ id: 'x', slug: 'x', name: 'again', created_at: at })
        .onConflict((on) => on.columns(['workspace_id', 'id']).doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })))
        .execute(),
    );
    const found = await projects().where('id', '=', 'x').execute();
    expect(found.map((row) => row['name'])).toEqual(['again', 'x']);
  });

  it('are the only ones that a joined update or delete reaches', async () => {
    await inA((trx) =>
      trx
        .updateTable('projects as p')
        .from('crews as c')
        .set({ name: 'changed' })
        .whereRef('c.name', '=', 'p.name')
        .execute(),
    );
    expect((await projects().where('name', '=', 'changed').execute()).map((row) => row['workspace_id'])).toEqual([
      'a',
      'a',
      'a',
    ]);
    await inA((trx) =>
      trx
        .deleteFrom('crews')
        .where('name', 'in', (eb) => eb.selectFrom('projects').select('id'))
        .execute(),
    );
    expect(
      (await loose(storage.rows).selectFrom('crews').select('workspace_id').execute()).map(
        (row) => row['workspace_id'],
      ),
    ).toEqual(['b', 'b', 'b']);
  });

  it('are the only ones that delete … using reaches', async () => {
    if (storage.engine === 'sqlite') return;
    await inA((trx) =>
      trx
        .deleteFrom('projects')
        .using('crews')
        .innerJoin('people', 'people.name', 'crews.name')
        .whereRef('crews.name', '=', 'projects.name')
        .execute(),
    );
    expect((await projects().execute()).map((row) => row['workspace_id'])).toEqual(['b', 'b', 'b']);
  });

  it('are found by builders of other workspaces only where both agree', async () => {
    const ofB = loose(storage.workspace('b').rows).selectFrom('projects').select('id');
    expect(await a().selectFrom(ofB.as('theirs')).selectAll().execute()).toEqual([]);
  });

  it('are, of the people in crews, those of its own crews', async () => {
    const db = loose(storage.writer);
    for (const crew of ['a-x', 'b-x'])
      await db.insertInto('crew_members').values({ id: crew, crew_id: crew, user_id: 'x' }).execute();
    expect(await a().selectFrom('crew_members as m').select('m.crew_id').execute()).toEqual([{ crew_id: 'a-x' }]);
    const joined = a()
      .selectFrom('people')
      .leftJoin('crew_members', 'crew_members.user_id', 'people.id')
      .select('crew_id')
      .where('people.id', '=', 'x');
    expect(await joined.execute()).toEqual([{ crew_id: 'a-x' }]);
    await inA((trx) => trx.deleteFrom('crew_members').execute());
    expect(await db.selectFrom('crew_members').select('crew_id').execute()).toEqual([{ crew_id: 'b-x' }]);
  });

  it('do not hide tables that belong to everybody', async () => {
    expect(await a().selectFrom('people').select('id').orderBy('id').execute()).toHaveLength(3);
  });

  describe('what cannot be narrowed is refused:', () => {
    const row = { id: '1', slug: '1', name: 'n', created_at: at };
    const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
      'a statement of raw SQL': () => sql`select * from projects`.execute(a()),
      'raw SQL that names a table': () =>
        a()
          .selectFrom('people')
          .select(sql`(select count(*) from Projects)`.as('n'))
          .execute(),
      'raw SQL that is given a table': () =>
        a()
          .selectFrom('people')
          .select(sql`(select count(*) from ${sql.table('projects')})`.as('n'))
          .execute(),
      'raw SQL that is given a name': () =>
        a()
          .selectFrom('people')
          .where(sql<boolean>`id in ${sql.id('projects')}`)
          .selectAll()
          .execute(),
      'a right join': () =>
        a().selectFrom('people').rightJoin('projects', 'projects.name', 'people.name').selectAll().execute(),
      'a full join': () =>
        a().selectFrom('people').fullJoin('projects', 'projects.name', 'people.name').selectAll().execute(),
      'a merge': () =>
        a().mergeInto('projects').using('people', 'people.id', 'projects.id').whenMatched().thenDelete().execute(),
      replace: () => a().replaceInto('projects').values(row).execute(),
      'insert or replace': () => a().insertInto('projects').orReplace().values(row).execute(),
      'default values': () => a().insertInto('projects').defaultValues().execute(),
      'an insert without columns': () =>
        a()
          .insertInto('projects')
          .expression((eb) => eb.selectFrom('people').selectAll())
          .execute(),
      'a change of the schema': () => a().schema.dropTable('projects').execute(),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      it(name, async () => {
        await expect(attempt()).rejects.toThrow('(S21)');
      });
    }
  });
});
