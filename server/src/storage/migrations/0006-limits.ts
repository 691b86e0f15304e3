import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { required, workspaceTable } from './0001-spine/columns.ts';

/** Until when connections are left alone because their provider said so; shared by replicas (R13). */
export const limits: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await workspaceTable(db, 'connection_pauses')
      .addColumn('connection_id', 'text', required)
      .addColumn('part', 'text', required)
      .addColumn('generation', 'integer', required)
      .addColumn('not_before', 'text', required)
      .addPrimaryKeyConstraint('connection_pauses_key', ['workspace_id', 'connection_id', 'part'])
      .addForeignKeyConstraint(
        'connection_pauses_connection',
        ['workspace_id', 'connection_id'],
        'connections',
        ['workspace_id', 'id'],
        (to) => to.onDelete('cascade'),
      )
      .execute();
    await db.schema.createIndex('connection_pauses_end').on('connection_pauses').column('not_before').execute();
  },
};
