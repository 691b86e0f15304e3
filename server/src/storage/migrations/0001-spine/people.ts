import type { Kysely } from 'kysely';
import type { Tables } from '../../schema.ts';
import type { Engine } from '../../storage.ts';
import { key, pointsTo, required, startsAt } from './columns.ts';

interface Types {
  readonly date: 'timestamptz' | 'date';
  readonly truth: 'boolean' | 'integer';
}

/** The tables Better Auth 1.7.5 writes, with the types its adapter wants on each engine. */
export async function createPeople(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const types: Types =
    engine === 'postgres' ? { date: 'timestamptz', truth: 'boolean' } : { date: 'date', truth: 'integer' };
  await createPersons(db, types);
  await createSignIns(db, types);
  await createWorkspaces(db, types);
  await createCrews(db, types);
}

async function createPersons(db: Kysely<Tables>, { date, truth }: Types): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('email_verified', truth, required)
    .addColumn('image', 'text')
    .addColumn('created_at', date, required)
    .addColumn('updated_at', date, required)
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', key)
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('user_id', 'text', pointsTo('people'))
    .addColumn('expires_at', date, required)
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('active_workspace_id', 'text')
    .addColumn('active_crew_id', 'text')
    .addColumn('created_at', date, required)
    .addColumn('updated_at', date, required)
    .execute();
  await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute();
}

async function createSignIns(db: Kysely<Tables>, { date }: Types): Promise<void> {
  await db.schema
    .createTable('sign_ins')
    .addColumn('id', 'text', key)
    .addColumn('account_id', 'text', required)
    .addColumn('provider_id', 'text', required)
    .addColumn('user_id', 'text', pointsTo('people'))
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', date)
    .addColumn('refresh_token_expires_at', date)
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('created_at', date, required)
    .addColumn('updated_at', date, required)
    .addUniqueConstraint('sign_ins_provider_account', ['provider_id', 'account_id'])
    .execute();
  await db.schema.createIndex('sign_ins_user').on('sign_ins').column('user_id').execute();
  await createVerifications(db, date);
}

async function createVerifications(db: Kysely<Tables>, date: Types['date']): Promise<void> {
  await db.schema
    .createTable('verifications')
    .addColumn('id', 'text', key)
    .addColumn('identifier', 'text', required)
    .addColumn('value', 'text', required)
    .addColumn('expires_at', date, required)
    .addColumn('created_at', date, required)
    .addColumn('updated_at', date, required)
    .execute();
  await db.schema.createIndex('verifications_identifier').on('verifications').column('identifier').execute();
  await db.schema
    .createTable('rate_limits')
    .addColumn('id', 'text', key)
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('count', 'integer', required)
    .addColumn('last_request', 'bigint', required)
    .execute();
}

async function createWorkspaces(db: Kysely<Tables>, { date }: Types): Promise<void> {
  await db.schema
    .createTable('workspaces')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .addColumn('slug', 'text', (column) => column.notNull().unique())
    .addColumn('logo', 'text')
    .addColumn('metadata', 'text')
    .addColumn('created_at', date, required)
    .execute();
  await db.schema
    .createTable('members')
    .addColumn('id', 'text', key)
    .addColumn('workspace_id', 'text', pointsTo('workspaces'))
    .addColumn('user_id', 'text', pointsTo('people'))
    .addColumn('role', 'text', required)
    .addColumn('created_at', date, required)
    .addUniqueConstraint('members_workspace_user', ['workspace_id', 'user_id'])
    .execute();
  await db.schema.createIndex('members_user').on('members').column('user_id').execute();
  await createInvitations(db, date);
}

async function createInvitations(db: Kysely<Tables>, date: Types['date']): Promise<void> {
  await db.schema
    .createTable('invitations')
    .addColumn('id', 'text', key)
    .addColumn('workspace_id', 'text', pointsTo('workspaces'))
    .addColumn('email', 'text', required)
    .addColumn('role', 'text')
    .addColumn('status', 'text', required)
    .addColumn('expires_at', date, required)
    .addColumn('created_at', date, required)
    .addColumn('inviter_id', 'text', pointsTo('people'))
    .addColumn('crew_id', 'text')
    .execute();
  await db.schema.createIndex('invitations_workspace').on('invitations').column('workspace_id').execute();
  await db.schema.createIndex('invitations_email').on('invitations').column('email').execute();
}

/** Better Auth knows no slug for its teams: ours is null until our own code gives it. */
async function createCrews(db: Kysely<Tables>, { date }: Types): Promise<void> {
  await db.schema
    .createTable('crews')
    .addColumn('id', 'text', key)
    .addColumn('workspace_id', 'text', pointsTo('workspaces'))
    .addColumn('name', 'text', required)
    .addColumn('slug', 'text')
    .addColumn('member_count', 'integer', startsAt(0))
    .addColumn('created_at', date, required)
    .addColumn('updated_at', date)
    .addUniqueConstraint('crews_workspace_id', ['workspace_id', 'id'])
    .addUniqueConstraint('crews_workspace_slug', ['workspace_id', 'slug'])
    .execute();
  await db.schema
    .createTable('crew_members')
    .addColumn('id', 'text', key)
    .addColumn('crew_id', 'text', pointsTo('crews'))
    .addColumn('user_id', 'text', pointsTo('people'))
    .addColumn('membership_key', 'text', (column) => column.unique())
    .addColumn('created_at', date)
    .addUniqueConstraint('crew_members_crew_user', ['crew_id', 'user_id'])
    .execute();
  await db.schema.createIndex('crew_members_user').on('crew_members').column('user_id').execute();
}
