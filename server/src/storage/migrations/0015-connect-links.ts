import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { oneOf, required, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** Links that end users of apps are sent with, the origins of those apps, and what they look like. */
export const connectLinks: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await createConnectLinks(db);
    await indexConnectLinks(db);
    await createAppOrigins(db);
    await workspaceTable(db, 'brands')
      .addColumn('name', 'text')
      .addColumn('logo', 'text')
      .addColumn('colour', 'text')
      .addColumn('updated_at', 'text', required)
      .addPrimaryKeyConstraint('brands_key', ['workspace_id'])
      .execute();
  },
};

async function createConnectLinks(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'connect_links')
    .addColumn('token_hash', 'text', required)
    .addColumn('purpose', 'text', required)
    .addColumn('end_user_id', 'text', required)
    .addColumn('connectors', 'text')
    .addColumn('connection_id', 'text')
    .addColumn('approval_id', 'text')
    .addColumn('scopes', 'text', required)
    .addColumn('return_url', 'text')
    .addColumn('opener_origin', 'text')
    .addColumn('metadata', 'text', required)
    .addColumn('locale', 'text')
    .addColumn('same_as', 'text')
    .addColumn('session_hash', 'text')
    .addColumn('session_until', 'bigint')
    .addColumn('created_by', 'text', required)
    .addColumn('lineage', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addColumn('opened_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('revoked_at', 'text')
    .addUniqueConstraint('connect_links_token', ['token_hash'])
    .addUniqueConstraint('connect_links_session', ['session_hash'])
    .addForeignKeyConstraint('connect_links_end_user', ['workspace_id', 'end_user_id'], 'end_users', [
      'workspace_id',
      'id',
    ])
    .addForeignKeyConstraint('connect_links_connection', ['workspace_id', 'connection_id'], 'connections', [
      'workspace_id',
      'id',
    ])
    .addCheckConstraint('connect_links_purpose', oneOf('purpose', ['connect', 'reconnect', 'step_up', 'approve']))
    .execute();
}

async function indexConnectLinks(db: Kysely<Tables>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(`connect_links_${name}`).on('connect_links');
  await index('listed').columns(['workspace_id', 'created_at', 'id']).execute();
  await index('of_end_user').columns(['workspace_id', 'end_user_id', 'created_at', 'id']).execute();
  await index('alike').columns(['workspace_id', 'same_as', 'expires_at']).execute();
  await index('over').columns(['expires_at']).execute();
}

async function createAppOrigins(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'app_origins')
    .addColumn('origin', 'text', required)
    .addColumn('created_at', 'text', required)
    .addPrimaryKeyConstraint('app_origins_key', ['workspace_id', 'origin'])
    .execute();
  await db.schema.createIndex('app_origins_of_all').on('app_origins').column('origin').execute();
}
