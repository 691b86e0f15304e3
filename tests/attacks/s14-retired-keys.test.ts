import { expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { VaultError } from '../../server/src/vault/vault.ts';
import { describeOnEngines } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import {
  addKeyedWorkspace,
  begin,
  dataKeyIds,
  endSignIns,
  newer,
  older,
  openKeyed,
  untilDone,
} from '../support/rotating.ts';
import { addSealedRows } from '../support/sealed-rows.ts';

describeOnEngines('S14: after the keys were rotated', (open) => {
  /** A database whose keys were rotated, with boxes from before, and a process that has slept through it. */
  async function scene(storage: Storage) {
    const asleep = await openKeyed(storage, [older]);
    const workspaceId = await addKeyedWorkspace(asleep);
    const rows = await addSealedRows(asleep, workspaceId);
    const before = await Promise.all(rows.map(async ({ name, slot, box }) => ({ name, slot, box, old: await box() })));
    const dump = await storage.rows.selectFrom('data_keys').selectAll().execute();
    const keyed = await openKeyed(storage, [newer, older]);
    await endSignIns(keyed);
    await begin(keyed, workspaceId);
    await untilDone(keyed);
    return { asleep, keyed, workspaceId, rows: before, dump };
  }

  it('a box that was sealed with a key from before is not written any more, into whichever column', async () => {
    const storage = await open();
    const { rows } = await scene(storage);
    for (const { name, old } of rows) {
      const [table = '', column = ''] = name.split('.');
      const write = loose(storage.writer)
        .updateTable(table)
        .set({ [column]: old })
        .where(column, 'like', 'pb1.%');
      await expect(write.execute(), name).rejects.toThrow('sealed with a data key that is gone');
    }
  });

  it('nor put there with a new row', async () => {
    const storage = await open();
    const { rows } = await scene(storage);
    const grant = await loose(storage.writer).selectFrom('grants').selectAll().executeTakeFirstOrThrow();
    await loose(storage.writer).deleteFrom('grants').execute();
    const old = rows.find(({ name }) => name === 'grants.box')?.old ?? '';
    const insert = loose(storage.writer)
      .insertInto('grants')
      .values({ ...grant, box: old });
    await expect(insert.execute()).rejects.toThrow('sealed with a data key that is gone');
  });

  it('such a box does not open', async () => {
    const { keyed, rows } = await scene(await open());
    for (const { slot, old } of rows) await expect(keyed.vault.open(slot, old)).rejects.toThrow(VaultError);
  });

  it('a process that has the older master key alone seals, opens and makes nothing', async () => {
    const storage = await open();
    const { asleep, workspaceId, rows } = await scene(storage);
    asleep.vault.forget(workspaceId);
    const [row] = rows;
    if (!row) throw new Error('There is no row.');
    const needs = 'needs the master key "newer", which is not configured';
    await expect(asleep.vault.seal(row.slot, new Secret('x'))).rejects.toThrow(needs);
    await expect(asleep.vault.open(row.slot, await row.box())).rejects.toThrow(needs);
    await expect(addKeyedWorkspace(asleep)).rejects.toThrow('sealed with the master key "newer"');
    await expect(openKeyed(storage, [older])).rejects.toThrow('when "newer" took its place');
  });

  it('a data key that the older master key wraps is refused by the database', async () => {
    const storage = await open();
    const { dump } = await scene(storage);
    for (const row of dump)
      await expect(
        loose(storage.writer)
          .insertInto('data_keys')
          .values({ ...row })
          .execute(),
      ).rejects.toThrow(/foreign key/i);
  });

  it('a retired master key does not come back, neither in front nor with other bytes under its name', async () => {
    const storage = await open();
    await scene(storage);
    const namesake = { id: older.id, key: Buffer.alloc(32, 77) };
    for (const keys of [[older, newer], [namesake, newer], [namesake]])
      await expect(openKeyed(storage, keys)).rejects.toThrow(
        'begins with "older", the name of a master key that was retired on',
      );
    await openKeyed(storage, [newer, older]);
    expect(await storage.rows.selectFrom('master_keys').select('id').execute()).toEqual([{ id: 'newer' }]);
  });

  it('the older master key opens nothing in the database, not the root key either', async () => {
    const storage = await open();
    const { keyed, workspaceId } = await scene(storage);
    const keys = await storage.rows.selectFrom('data_keys').select('master_key_id').execute();
    const checks = await storage.rows.selectFrom('master_keys').select('id').execute();
    expect([keys, checks]).toEqual([[{ master_key_id: 'newer' }], [{ id: 'newer' }]]);
    expect(await dataKeyIds(keyed, workspaceId)).toHaveLength(1);
  });
});

describeOnEngines('S14: while the keys are rotated', (open) => {
  it('a process without the newer master key does not start', async () => {
    const storage = await open();
    const first = await openKeyed(storage, [older]);
    const workspaceId = await addKeyedWorkspace(first);
    await begin(await openKeyed(storage, [newer, older]), workspaceId);
    await expect(openKeyed(storage, [older])).rejects.toThrow('sealed with the master key "newer", but');
    await expect(openKeyed(storage, [newer])).rejects.toThrow('sealed with the master key "older", but');
    const wrong = { id: 'older', key: Buffer.alloc(32, 9) };
    await expect(openKeyed(storage, [newer, wrong])).rejects.toThrow(
      'The master key "older" is not the one this database was sealed with',
    );
  });
});
