import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { required, workspaceTable } from './0001-spine/columns.ts';

/** What the five contracts need besides: settings of connections and workspaces, kept manifests, agent endpoints, answers to replay. */
export const contracts: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await db.schema
      .alterTable('connections')
      .addColumn('settings', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
    await db.schema
      .alterTable('workspace_state')
      .addColumn('reveal_headers', 'text', (column) => column.notNull().defaultTo('managers'))
      .execute();
    await indexObjectIds(db);
    await createManifests(db);
    await createAgentEndpoints(db);
    await createIdempotentAnswers(db);
  },
};

/** Connections by the digits that contract 003 shows of their ids (RULINGS 003.1): all but the first eight. */
async function indexObjectIds(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex('connections_object')
    .on('connections')
    .column(sql`substr(id, 10)`)
    .execute();
}

/** Manifests of versions in use, for connections that are pinned to one (RULINGS 000.2). */
async function createManifests(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'connector_versions')
    .addColumn('connector_id', 'text', required)
    .addColumn('version', 'text', required)
    .addColumn('manifest', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('kept_at', 'text', required)
    .addPrimaryKeyConstraint('connector_versions_key', ['workspace_id', 'connector_id', 'version'])
    .execute();
}

/** The project and the name of a connection that is an agent endpoint. */
async function createAgentEndpoints(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'agent_endpoints')
    .addColumn('connection_id', 'text', required)
    .addColumn('project_id', 'text', required)
    .addColumn('name', 'text', required)
    .addPrimaryKeyConstraint('agent_endpoints_key', ['workspace_id', 'connection_id'])
    .addUniqueConstraint('agent_endpoints_name', ['workspace_id', 'project_id', 'name'])
    .addForeignKeyConstraint(
      'agent_endpoints_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'agent_endpoints_project',
      ['workspace_id', 'project_id'],
      'projects',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
}

/** Answers kept for a day, to be given again to the same request (S16). */
async function createIdempotentAnswers(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'idempotent_answers')
    .addColumn('principal', 'text', required)
    .addColumn('route', 'text', required)
    .addColumn('key_hash', 'text', required)
    .addColumn('body_hash', 'text', required)
    .addColumn('owner', 'text', required)
    .addColumn('held_until', 'text', required)
    .addColumn('answer_box', 'text')
    .addColumn('subject', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('answered_at', 'text')
    .addPrimaryKeyConstraint('idempotent_answers_key', ['workspace_id', 'principal', 'route', 'key_hash'])
    .execute();
  await db.schema.createIndex('idempotent_answers_age').on('idempotent_answers').columns(['created_at']).execute();
}
