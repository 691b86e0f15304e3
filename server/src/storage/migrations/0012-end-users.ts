import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { required, workspaceRows } from './0001-spine/columns.ts';

/** The people of an app, whose connections are theirs alone. */
export function endUsers(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await createEndUsers(db);
      await tieConnections(db, engine);
    },
  };
}

async function createEndUsers(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'end_users')
    .addColumn('external_id', 'text', required)
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addColumn('erased_at', 'text')
    .addUniqueConstraint('end_users_once', ['workspace_id', 'external_id'])
    .execute();
}

/** SQLite adds no foreign key to a table that is there; a row of `end_users` is never deleted without its workspace. */
async function tieConnections(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const connections = () => db.schema.alterTable('connections');
  await connections().addColumn('end_user_id', 'text').execute();
  await connections().addColumn('end_user_external_id', 'text').execute();
  await connections()
    .addColumn('metadata', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
  if (engine === 'postgres')
    await connections()
      .addForeignKeyConstraint('connections_end_user', ['workspace_id', 'end_user_id'], 'end_users', [
        'workspace_id',
        'id',
      ])
      .execute();
  await db.schema
    .createIndex('connections_of_end_user')
    .on('connections')
    .columns(['workspace_id', 'end_user_id', 'created_at', 'id'])
    .execute();
}
