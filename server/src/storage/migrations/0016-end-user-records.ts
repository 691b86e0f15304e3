import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { required, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** What finds one among a million end users and their connections, and what became of those who were erased. */
export function endUserRecords(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await indexEndUsers(db, engine);
      await createTags(db);
      await indexConnections(db);
      await db.schema
        .createIndex('calls_of_user')
        .on('calls')
        .columns(['workspace_id', 'user_id', 'at', 'id'])
        .execute();
      await createErasures(db);
    },
  };
}

/** By how their id, name and address begin; letters are compared as bytes on either engine. */
async function indexEndUsers(db: Kysely<Tables>, engine: Engine): Promise<void> {
  for (const column of ['external_id', 'name', 'email']) {
    if (engine === 'postgres')
      await sql`alter table end_users alter column ${sql.ref(column)} type text collate "C"`.execute(db);
    await sql`create index ${sql.ref(`end_users_by_${column}`)} on end_users (workspace_id, lower(${sql.ref(column)}), id)`.execute(
      db,
    );
  }
}

/** What an app wrote on a connection, a row each, so that it is found by it. */
async function createTags(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'connection_tags')
    .addColumn('connection_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('value', 'text', required)
    .addPrimaryKeyConstraint('connection_tags_key', ['workspace_id', 'connection_id', 'name'])
    .addForeignKeyConstraint(
      'connection_tags_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('connection_tags_value')
    .on('connection_tags')
    .columns(['workspace_id', 'name', 'value', 'connection_id'])
    .execute();
}

/** What members share is found beside whatever end users have, and what end users have in order. */
async function indexConnections(db: Kysely<Tables>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(name).on('connections');
  await db.schema.dropIndex('connections_connector').execute();
  await index('connections_of_connector').columns(['workspace_id', 'connector_id', 'created_at', 'id']).execute();
  const inOrder = ['workspace_id', 'created_at', 'id'];
  await index('connections_of_members').columns(inOrder).where(sql.ref('end_user_id'), 'is', null).execute();
  await index('connections_of_end_users').columns(inOrder).where(sql.ref('end_user_id'), 'is not', null).execute();
}

async function createErasures(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'end_user_erasures')
    .addColumn('known_as', 'text', required)
    .addColumn('revocation_id', 'text', required)
    .addColumn('counts', 'text', required)
    .addColumn('begun_at', 'text', required)
    .addColumn('finished_at', 'text')
    .addForeignKeyConstraint('end_user_erasures_end_user', ['workspace_id', 'id'], 'end_users', ['workspace_id', 'id'])
    .execute();
  await db.schema
    .createIndex('end_user_erasures_known')
    .on('end_user_erasures')
    .columns(['workspace_id', 'known_as', 'begun_at'])
    .execute();
}
