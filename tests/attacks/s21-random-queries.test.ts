import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { Storage } from '../../server/src/storage/storage.ts';
import { WorkspacePlugin } from '../../server/src/storage/workspace-plugin.ts';
import { describeOnEngines } from '../support/databases.ts';
import type { LooseTables } from '../support/loose-database.ts';
import { loose } from '../support/loose-database.ts';
import { QueryWriter, randomCondition, randomQuery } from '../support/random-query.ts';
import { fillWorkspaces } from '../support/two-workspaces.ts';

// The oracle: a query narrowed to a workspace finds what a plain one finds where no other workspace has ever been.
describeOnEngines('S21: whatever is asked', (open) => {
  let shared: Storage;
  let alone: Storage;

  beforeAll(async () => {
    [shared, alone] = await Promise.all([open(), open()]);
    await fillWorkspaces(shared, ['a', 'b']);
    await fillWorkspaces(alone, ['a']);
  });

  it('another workspace leaves no trace in what is found', async () => {
    const narrowed = loose(shared.workspace('a').rows);
    const plain = loose(alone.rows);
    await fc.assert(
      fc.asyncProperty(randomQuery(2), async (query) => {
        const found = await new QueryWriter(narrowed).select(query).execute();
        const expected = await new QueryWriter(plain).select(query).execute();
        expect(sorted(found)).toEqual(sorted(expected));
      }),
      { numRuns: 200 },
    );
  });

  it('rows of another workspace are never changed or deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('projects', 'crews'),
        fc.constantFrom('update', 'delete'),
        randomCondition(2),
        async (table, verb, where) => {
          const change = async (db: Kysely<LooseTables>): Promise<void> => {
            const condition = new QueryWriter(db).condition(where, [table]);
            if (verb === 'update') await db.updateTable(table).set({ name: 'changed' }).where(condition).execute();
            else await db.deleteFrom(table).where(condition).execute();
          };
          const [foreign, own] = await afterwards(
            shared,
            (trx) => change(trx.withPlugin(new WorkspacePlugin('a'))),
            table,
          );
          const [, expected] = await afterwards(alone, change, table);
          expect(foreign).toEqual(['x', 'y', 'z']);
          expect(own).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

class Undo extends Error {}

/** The names of the rows of other workspaces and of workspace `a` after the change, which is undone. */
async function afterwards(
  storage: Storage,
  change: (trx: Kysely<LooseTables>) => Promise<void>,
  table: string,
): Promise<string[][]> {
  let found: string[][] = [];
  const work = loose(storage.writer)
    .transaction()
    .execute(async (trx) => {
      await change(trx);
      const rows = await trx.selectFrom(table).select(['workspace_id', 'name']).orderBy('name').execute();
      const namesWhere = (own: boolean) =>
        rows.filter((row) => (row['workspace_id'] === 'a') === own).map((row) => String(row['name']));
      found = [namesWhere(false), namesWhere(true)];
      throw new Undo();
    });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return found;
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}
