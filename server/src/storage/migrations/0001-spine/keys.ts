import type { Kysely } from 'kysely';
import type { Tables } from '../../schema.ts';
import { key, oneOf, required, startsAt, workspaceRows, workspaceTable } from './columns.ts';

/** What an instance and its workspaces know of themselves, the keys that open them, and their projects. */
export async function createKeys(db: Kysely<Tables>): Promise<void> {
  await createState(db);
  await createApiKeys(db);
  await createVaultKeys(db);
  await createProjects(db);
}

async function createState(db: Kysely<Tables>): Promise<void> {
  await db.schema.createTable('instance').addColumn('name', 'text', key).addColumn('value', 'text', required).execute();
  await workspaceTable(db, 'workspace_state')
    .addColumn('generation', 'bigint', startsAt(1))
    .addColumn('policy_version', 'bigint', startsAt(1))
    .addColumn('created_at', 'text', required)
    .addPrimaryKeyConstraint('workspace_state_key', ['workspace_id'])
    .execute();
}

async function createApiKeys(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'api_keys')
    .addColumn('user_id', 'text', required)
    .addColumn('prefix', 'text', required)
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', required)
    .addColumn('role', 'text', required)
    .addColumn('scopes', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('lineage', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text')
    .addColumn('last_used_at', 'text')
    .addColumn('revoked_at', 'text')
    .addCheckConstraint('api_keys_kind', oneOf('kind', ['agent', 'app', 'person']))
    .addCheckConstraint('api_keys_role', oneOf('role', ['VIEWER', 'MEMBER', 'MANAGER', 'ADMIN', 'OWNER']))
    .execute();
  await db.schema.createIndex('api_keys_user').on('api_keys').columns(['workspace_id', 'user_id']).execute();
}

async function createVaultKeys(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('master_keys')
    .addColumn('id', 'text', key)
    .addColumn('check_value', 'text', required)
    .addColumn('created_at', 'text', required)
    .execute();
  await workspaceRows(db, 'data_keys')
    .addColumn('master_key_id', 'text', (column) => column.notNull().references('master_keys.id'))
    .addColumn('wrapped', 'text', required)
    .addColumn('created_at', 'text', required)
    .execute();
  await db.schema.createIndex('data_keys_master').on('data_keys').column('master_key_id').execute();
}

async function createProjects(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'projects')
    .addColumn('slug', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('created_at', 'text', required)
    .addUniqueConstraint('projects_slug', ['workspace_id', 'slug'])
    .execute();
}
