import { describe, expect, it } from 'vitest';
import { describeOnEngines } from '../../tests/support/databases.ts';
import { sealedColumns } from './sealed-columns.ts';
import { sql } from 'kysely';
import type { SecretKind } from './vault/vault.ts';

/** Where each kind of secret lies; a new kind does not compile until it is here. */
const homes: Readonly<Record<SecretKind, readonly string[]>> = {
  credential: ['connection_secrets.box', 'grants.box', 'revocation_receipts.box'],
  oauth_app: ['oauth_apps.box'],
  registration: ['oauth_registrations.box'],
  verifier: ['handshakes.box'],
  approval_arguments: ['approvals.arguments_box'],
  approval_result: ['approvals.result_box'],
  idempotent_answer: ['idempotent_answers.answer_box'],
  file_key: ['files.key_box'],
  model_key: [],
  webhook_secret: ['webhook_secrets.box'],
  endpoint_header: [],
};
const names = sealedColumns.map(({ name }) => name).toSorted();

describe('the columns that hold boxes', () => {
  it('are those of every kind of secret', () => {
    expect(names).toEqual(Object.values(homes).flat().toSorted());
  });
});

describeOnEngines('the columns that hold boxes', (open) => {
  it('are all there are in the schema', async () => {
    const storage = await open();
    const tables = await storage.writer.introspection.getTables();
    const found = tables.flatMap((table) =>
      table.columns.filter(({ name }) => /^(.+_)?box$/.test(name)).map(({ name }) => `${table.name}.${name}`),
    );
    expect(found.toSorted()).toEqual(names);
  });

  it('are each guarded by the database, and found by an index', async () => {
    const storage = await open();
    const { rows } =
      storage.engine === 'postgres'
        ? await sql<{ name: string }>`select tgname as name from pg_trigger`.execute(storage.writer)
        : await sql<{ name: string }>`select name from sqlite_schema where type = 'trigger'`.execute(storage.writer);
    const guarded = new Set(rows.map(({ name }) => name));
    for (const name of names.map((text) => text.replace('.', '_')))
      expect(guarded, name).toEqual(new Set([...guarded, `box_key_of_${name}_insert`, `box_key_of_${name}_update`]));
    if (storage.engine === 'postgres') return;
    for (const name of names) {
      const [table = '', column = ''] = name.split('.');
      const plan = await sql<{ detail: string }>`
        explain query plan select ${sql.ref(column)} from ${sql.table(table)}
        where substr(${sql.ref(column)}, 5, 36) in ('a') and workspace_id = 'w' limit 5`.execute(storage.writer);
      expect(plan.rows.map(({ detail }) => detail).join(), name).toContain(`${table}_${column}_key`);
    }
  });
});
