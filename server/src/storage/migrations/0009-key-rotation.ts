import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { key, required, startsAt } from './0001-spine/columns.ts';
import { guardBoxes } from './guard-boxes.ts';

/** What rotating keys needs: which master key seals, which data keys were replaced, how far a rotation is, and the guard of boxes. */
export function keyRotation(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await addColumns(db);
      await createRotations(db);
      for (const [table, column] of boxes) await guardBoxes(db, engine, { table, column });
    },
  };
}

/** Every column that held boxes when this was written. */
const boxes = [
  ['approvals', 'arguments_box'],
  ['approvals', 'result_box'],
  ['connection_secrets', 'box'],
  ['files', 'key_box'],
  ['grants', 'box'],
  ['handshakes', 'box'],
  ['idempotent_answers', 'answer_box'],
  ['oauth_apps', 'box'],
  ['oauth_registrations', 'box'],
] as const;

async function addColumns(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('master_keys').addColumn('turn', 'integer').execute();
  await db.schema.alterTable('data_keys').addColumn('rotation_id', 'text').execute();
  await db.schema.alterTable('data_keys').addColumn('replaced_at', 'bigint').execute();
  await db.schema.alterTable('data_keys').addColumn('unreadable', 'integer').execute();
  await db.schema.createIndex('data_keys_replaced').on('data_keys').columns(['replaced_at']).execute();
  await db.schema.alterTable('running_processes').addColumn('master_keys', 'text').execute();
}

async function createRotations(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('key_rotations')
    .addColumn('id', 'text', key)
    /** 1 while it is under way, and null afterwards: there is one at a time. */
    .addColumn('running', 'integer', (column) => column.unique())
    .addColumn('master_key_id', 'text', required)
    .addColumn('retired', 'text', required)
    .addColumn('begun_by', 'text', required)
    .addColumn('begun_at', 'text', required)
    .addColumn('wrapped_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('boxes', 'bigint', startsAt(0))
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .execute();
}
