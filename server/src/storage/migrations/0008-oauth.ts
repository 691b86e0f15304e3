import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { oneOf, required, startsAt, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** Signing in through a browser: handshakes under way, the apps we sign in with, and what renews a token. */
export const oauth: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await addColumns(db);
    await createHandshakes(db);
    await createApps(db);
    await createGrants(db);
  },
};

async function addColumns(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('credentials_version', 'integer', startsAt(0)).execute();
  await db.schema.alterTable('connections').addColumn('expires_at', 'text').execute();
}

async function createHandshakes(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'handshakes')
    .addColumn('connection_id', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('principal', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('binding', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('box', 'text')
    .addColumn('generation', 'integer', required)
    .addColumn('identity', 'text')
    .addColumn('problem', 'text')
    .addColumn('expires_at', 'text', required)
    .addColumn('created_at', 'text', required)
    .addForeignKeyConstraint(
      'handshakes_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addCheckConstraint('handshakes_kind', oneOf('kind', ['code', 'device']))
    .addCheckConstraint('handshakes_binding', oneOf('binding', ['person', 'direct']))
    .addCheckConstraint(
      'handshakes_status',
      oneOf('status', ['asking', 'waiting', 'taken', 'confirming', 'done', 'failed']),
    )
    .execute();
  await db.schema
    .createIndex('handshakes_of_connection')
    .on('handshakes')
    .columns(['workspace_id', 'connection_id'])
    .execute();
  await db.schema.createIndex('handshakes_expiry').on('handshakes').columns(['expires_at']).execute();
}

async function createApps(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'oauth_apps')
    .addColumn('connector_id', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('box', 'text')
    .addColumn('config', 'text')
    .addColumn('generation', 'integer', startsAt(1))
    .addColumn('created_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addPrimaryKeyConstraint('oauth_apps_key', ['workspace_id', 'connector_id'])
    .execute();
  await workspaceRows(db, 'oauth_registrations')
    .addColumn('issuer', 'text', required)
    .addColumn('redirect_uri', 'text', required)
    .addColumn('client_id', 'text', required)
    .addColumn('box', 'text', required)
    .addColumn('expires_at', 'text')
    .addColumn('created_at', 'text', required)
    .addUniqueConstraint('oauth_registrations_once', ['workspace_id', 'issuer', 'redirect_uri'])
    .execute();
}

async function createGrants(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'grants')
    .addColumn('connection_id', 'text', required)
    .addColumn('box', 'text', required)
    .addColumn('version', 'integer', startsAt(1))
    .addColumn('obtained_at', 'text', required)
    .addColumn('expires_at', 'text')
    .addColumn('renew_at', 'bigint')
    .addColumn('failures', 'integer', startsAt(0))
    .addColumn('problem', 'text')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('fence', 'integer', startsAt(0))
    .addColumn('attempt_version', 'integer')
    .addColumn('attempt_started_at', 'text')
    .addColumn('attempts', 'integer', startsAt(0))
    .addPrimaryKeyConstraint('grants_key', ['workspace_id', 'connection_id'])
    .addForeignKeyConstraint(
      'grants_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('grants_renewal').on('grants').columns(['renew_at']).execute();
}
