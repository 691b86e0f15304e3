import { beforeEach, expect, it } from 'vitest';
import type { Storage } from '../../server/src/storage/storage.ts';
import { describeOnEngines } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';

describeOnEngines('R3: inside a transaction', (open) => {
  let storage: Storage;

  beforeEach(async () => {
    storage = await open();
  });

  const nothing = async () => {};
  const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
    'another transaction': () => storage.transact(nothing),
    'a transaction of a workspace': () => storage.workspace('w').transact(nothing),
    'a read beside it': () => loose(storage.rows).selectFrom('people').selectAll().execute(),
    'a read of a workspace beside it': () =>
      loose(storage.workspace('w').rows).selectFrom('people').selectAll().execute(),
    'a write beside it': () => loose(storage.writer).deleteFrom('people').execute(),
  };

  for (const [name, attempt] of Object.entries(attempts)) {
    it(`${name} fails at once instead of waiting for ever, and undoes it`, async () => {
      const work = storage.transact(async (trx) => {
        await loose(trx.rows).insertInto('instance').values({ name: 'n', value: 'v' }).execute();
        await attempt();
      });
      await expect(work).rejects.toThrow('awaits nothing but its own trx');
      expect(await loose(storage.rows).selectFrom('instance').select('name').where('name', '=', 'n').execute()).toEqual(
        [],
      );
    });

    it(`${name} is fine once it has ended`, async () => {
      let later: Promise<unknown> | undefined;
      await storage.transact(async () => {
        later = new Promise((resolve) => void setTimeout(resolve, 50)).then(attempt);
      });
      await expect(later).resolves.not.toThrow();
    });
  }
});
