import { expect, it } from 'vitest';
import { describeOnDatabases } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';

const everyMigration = [
  '0001-spine',
  '0002-contracts',
  '0003-files',
  '0004-approvals',
  '0005-tool-store',
  '0006-limits',
  '0007-audit-chain',
  '0008-oauth',
  '0009-key-rotation',
  '0010-revocation',
  '0011-health',
  '0012-end-users',
  '0013-webhooks',
  '0014-user-tokens',
  '0015-connect-links',
  '0016-end-user-records',
];

async function applied(storage: Storage): Promise<unknown[]> {
  const rows = await loose(storage.rows).selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map((row) => row['name']);
}

describeOnDatabases('a database that is opened', ({ engine, empty }) => {
  it('gets the schema once, and keeps what is in it', async () => {
    const config = await empty();
    const first = await openStorage(config);
    await first.transact((trx) => loose(trx.rows).insertInto('instance').values({ name: 'n', value: 'v' }).execute());
    await first.close();
    const second = await openStorage(config);
    expect(await applied(second)).toEqual(everyMigration);
    expect(await loose(second.rows).selectFrom('instance').selectAll().execute()).toEqual([{ name: 'n', value: 'v' }]);
    await second.close();
  });

  it.skipIf(engine === 'sqlite')('gets the schema once from replicas that start together', async () => {
    const config = await empty();
    const replicas = await Promise.all(Array.from({ length: 5 }, () => openStorage(config)));
    const [first] = replicas;
    expect(first && (await applied(first))).toEqual(everyMigration);
    await Promise.all(replicas.map((replica) => replica.ping()));
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('is refused where a newer version wrote it, and stays as it was (R15)', async () => {
    const config = await empty();
    const newer = await openStorage(config);
    await newer.transact((trx) =>
      loose(trx.rows).insertInto('kysely_migration').values({ name: '9999-next', timestamp: '2030-01-01' }).execute(),
    );
    await newer.close();
    await expect(openStorage(config)).rejects.toThrow(
      'A newer Plugboard wrote this database (migration 9999-next). Start that version',
    );
    await expect(openStorage(config)).rejects.toThrow('A newer Plugboard wrote this database');
  });

  it('gets all of the schema or nothing of it', async () => {
    const config = await empty();
    const started = await openStorage(config);
    await started.transact(async (trx) => {
      await loose(trx.rows).schema.dropTable('jobs').execute();
      await loose(trx.rows).schema.dropTable('connection_secrets').execute();
      await loose(trx.rows).deleteFrom('kysely_migration').execute();
    });
    await started.close();
    await expect(openStorage(config)).rejects.toThrow('people');
    await expect(openStorage(config)).rejects.toThrow('people');
  });
});
