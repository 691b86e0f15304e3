import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { oneOf, required, startsAt, workspaceRows, workspaceTable } from './0001-spine/columns.ts';
import { guardBoxes } from './guard-boxes.ts';

/** Connections that are revoked, one or many at once, and what became of each. */
export function revocation(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await createRevocations(db);
      await createReceipts(db);
      await guardBoxes(db, engine, { table: 'revocation_receipts', column: 'box' });
      await db.schema
        .createIndex('calls_of_connection')
        .on('calls')
        .columns(['workspace_id', 'connection_id', 'at', 'id'])
        .execute();
    },
  };
}

async function createRevocations(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'revocations')
    .addColumn('principal', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('filter', 'text')
    .addColumn('used_since', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('cut_off_at', 'text')
    .addColumn('finished_at', 'text')
    .execute();
  await db.schema.createIndex('revocations_unfinished').on('revocations').columns(['finished_at', 'id']).execute();
}

async function createReceipts(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'revocation_receipts')
    .addColumn('connection_id', 'text', required)
    .addColumn('revocation_id', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('message', 'text')
    .addColumn('box', 'text')
    .addColumn('generation', 'integer', required)
    .addColumn('origin', 'text')
    .addColumn('attempts', 'integer', startsAt(0))
    .addColumn('next_at', 'bigint', required)
    .addColumn('cut_off_at', 'text', required)
    .addColumn('put_away_at', 'text')
    .addColumn('settled_at', 'text')
    .addPrimaryKeyConstraint('revocation_receipts_key', ['workspace_id', 'connection_id'])
    .addForeignKeyConstraint(
      'revocation_receipts_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'revocation_receipts_revocation',
      ['workspace_id', 'revocation_id'],
      'revocations',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addCheckConstraint(
      'revocation_receipts_outcome',
      oneOf('outcome', ['waiting', 'revoked_at_provider', 'not_supported', 'failed']),
    )
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('revocation_receipts');
  await index('revocation_receipts_listed')
    .columns(['workspace_id', 'revocation_id', 'cut_off_at', 'connection_id'])
    .execute();
  await index('revocation_receipts_due').columns(['workspace_id', 'revocation_id', 'outcome', 'next_at']).execute();
}
