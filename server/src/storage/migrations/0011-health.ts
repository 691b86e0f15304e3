import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { key, required, startsAt, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** When connections are looked at next, whose end was announced, and who has heard of which event. */
export const health: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await createLooks(db);
    await createWarnings(db);
    await placeEvents(db);
    await createCursors(db);
    await createRetries(db);
  },
};

async function createLooks(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('look_at', 'bigint').execute();
  await db.schema.alterTable('connections').addColumn('looks', 'integer', startsAt(0)).execute();
  await db.schema.createIndex('connections_looks').on('connections').columns(['look_at', 'id']).execute();
  await db.schema.createIndex('connections_expiry').on('connections').columns(['expires_at', 'id']).execute();
}

async function createWarnings(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'expiry_warnings')
    .addColumn('connection_id', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addColumn('hours', 'integer', required)
    .addPrimaryKeyConstraint('expiry_warnings_key', ['workspace_id', 'connection_id', 'expires_at', 'hours'])
    .addForeignKeyConstraint(
      'expiry_warnings_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
}

/** What happened before there was anybody to hear of it has no place, and gets none. */
async function placeEvents(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('events').addColumn('place', 'bigint').execute();
  await db.schema.createIndex('events_place').on('events').columns(['place', 'id']).execute();
  await db.schema
    .createTable('outbox_places')
    .addColumn('name', 'text', key)
    .addColumn('last', 'bigint', startsAt(0))
    .addColumn('since', 'text', required)
    .execute();
  const newest = await db
    .selectFrom('events')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  await db
    .insertInto('outbox_places')
    .values({ name: 'events', last: 0, since: newest?.id ?? '' })
    .execute();
}

async function createCursors(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('outbox_cursors')
    .addColumn('listener', 'text', key)
    .addColumn('place', 'bigint', required)
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('fence', 'bigint', startsAt(0))
    .execute();
}

async function createRetries(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'outbox_retries')
    .addColumn('listener', 'text', required)
    .addColumn('event_id', 'text', required)
    .addColumn('place', 'bigint', required)
    .addColumn('attempts', 'integer', required)
    .addColumn('run_at', 'bigint', required)
    .addColumn('last_error', 'text')
    .addColumn('set_aside_at', 'text')
    .addColumn('created_at', 'text', required)
    .addUniqueConstraint('outbox_retries_once', ['workspace_id', 'listener', 'event_id'])
    .addForeignKeyConstraint(
      'outbox_retries_event',
      ['workspace_id', 'event_id'],
      'events',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('outbox_retries_due')
    .on('outbox_retries')
    .columns(['listener', 'run_at', 'place'])
    .execute();
}
