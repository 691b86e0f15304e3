import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { key, required, workspaceTable } from './0001-spine/columns.ts';

/** The chain that seals both logs, what retention may have taken from it, and the processes that have not said goodbye. */
export const auditChain: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await addSegments(db, 'events');
    await addSegments(db, 'calls');
    await createSegments(db);
    await workspaceTable(db, 'audit_marks')
      .addColumn('name', 'text', required)
      .addColumn('value', 'text', required)
      .addColumn('mac', 'text', required)
      .addPrimaryKeyConstraint('audit_marks_key', ['workspace_id', 'name'])
      .execute();
    await db.schema
      .createTable('running_processes')
      .addColumn('id', 'text', key)
      .addColumn('started_at', 'text', required)
      .addColumn('seen_at', 'text', required)
      .execute();
  },
};

/** Two small indexes: rows enter the first when they are written, and the second when they are sealed. */
async function addSegments(db: Kysely<Tables>, log: 'events' | 'calls'): Promise<void> {
  await db.schema.alterTable(log).addColumn('segment', 'bigint').execute();
  await db.schema
    .createIndex(`${log}_unsealed`)
    .on(log)
    .columns(['workspace_id', 'id'])
    .where(sql<boolean>`segment is null`)
    .execute();
  await db.schema
    .createIndex(`${log}_sealed`)
    .on(log)
    .columns(['workspace_id', 'segment'])
    .where(sql<boolean>`segment is not null`)
    .execute();
}

async function createSegments(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'audit_segments')
    .addColumn('number', 'bigint', required)
    .addColumn('log', 'text', required)
    .addColumn('rows', 'integer', required)
    .addColumn('oldest_at', 'text', required)
    .addColumn('newest_at', 'text', required)
    .addColumn('sealed_at', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('previous', 'text', required)
    .addColumn('mac', 'text', required)
    .addColumn('leaves', 'text')
    .addPrimaryKeyConstraint('audit_segments_key', ['workspace_id', 'number'])
    .execute();
}
