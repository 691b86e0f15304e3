import type { CreateTableBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../schema.ts';
import { oneOf, required, startsAt, workspaceRows, workspaceTable } from './columns.ts';

/** Connections and what hangs on them. */
export async function createConnections(db: Kysely<Tables>): Promise<void> {
  await createConnectionRows(db);
  await createConnectionSecrets(db);
  await createConnectionTools(db);
}

async function createConnectionRows(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'connections')
    .addColumn('connector_id', 'text', required)
    .addColumn('connector_version', 'text', required)
    .addColumn('handle', 'text', required)
    .addColumn('label', 'text', required)
    .addColumn('scope', 'text', required)
    .addColumn('owner_user_id', 'text')
    .addColumn('crew_id', 'text')
    .addColumn('auth_mode', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('status_reason', 'text')
    .addColumn('is_active', 'integer', startsAt(1))
    .addColumn('identity', 'text')
    .addColumn('granted_scopes', 'text', required)
    .addColumn('config', 'text', required)
    .addColumn('loopback', 'integer', startsAt(0))
    .addColumn('generation', 'integer', startsAt(1))
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addColumn('deleted_at', 'text')
    .addUniqueConstraint('connections_handle', ['workspace_id', 'handle'])
    .addForeignKeyConstraint('connections_crew', ['workspace_id', 'crew_id'], 'crews', ['workspace_id', 'id'])
    .$call(connectionChecks)
    .execute();
  await db.schema
    .createIndex('connections_connector')
    .on('connections')
    .columns(['workspace_id', 'connector_id'])
    .execute();
  await db.schema
    .createIndex('connections_owner')
    .on('connections')
    .columns(['workspace_id', 'owner_user_id'])
    .execute();
  await db.schema.createIndex('connections_by_crew').on('connections').columns(['workspace_id', 'crew_id']).execute();
}

function connectionChecks<Name extends string, Column extends string>(
  table: CreateTableBuilder<Name, Column>,
): CreateTableBuilder<Name, Column> {
  return table
    .addCheckConstraint('connections_scope', oneOf('scope', ['personal', 'crew', 'workspace']))
    .addCheckConstraint(
      'connections_status',
      oneOf('status', ['pending', 'connected', 'auth_failed', 'token_expired', 'revoked']),
    )
    .addCheckConstraint('connections_has_owner', sql`scope <> 'personal' or owner_user_id is not null`)
    .addCheckConstraint('connections_has_crew', sql`scope <> 'crew' or crew_id is not null`);
}

async function createConnectionSecrets(db: Kysely<Tables>): Promise<void> {
  await ofConnection(db, 'connection_secrets')
    .addColumn('field', 'text', required)
    .addColumn('box', 'text', required)
    .addColumn('generation', 'integer', required)
    .addPrimaryKeyConstraint('connection_secrets_key', ['workspace_id', 'connection_id', 'field'])
    .execute();
}

async function createConnectionTools(db: Kysely<Tables>): Promise<void> {
  await ofConnection(db, 'connection_tools')
    .addColumn('name', 'text', required)
    .addColumn('disabled', 'integer', startsAt(0))
    .addColumn('requires_confirmation', 'integer')
    .addPrimaryKeyConstraint('connection_tools_key', ['workspace_id', 'connection_id', 'name'])
    .execute();
  await ofConnection(db, 'discovered_tools')
    .addColumn('name', 'text', required)
    .addColumn('definition', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('seen_at', 'text', required)
    .addPrimaryKeyConstraint('discovered_tools_key', ['workspace_id', 'connection_id', 'name'])
    .execute();
}

function ofConnection<Name extends string>(
  db: Kysely<Tables>,
  name: Name,
): CreateTableBuilder<Name, 'workspace_id' | 'connection_id'> {
  return workspaceTable(db, name)
    .addColumn('connection_id', 'text', required)
    .addForeignKeyConstraint(
      `${name}_connection`,
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    );
}
