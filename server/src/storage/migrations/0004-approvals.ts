import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';

/** What a workspace demands of every call, who has seen an unknown outcome, and indexes for long lists of approvals. */
export const approvals: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await db.schema
      .alterTable('workspace_state')
      .addColumn('policy', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
    for (const column of ['acknowledged_at', 'acknowledged_by', 'acknowledged_user_id', 'acknowledgement_note'])
      await db.schema.alterTable('approvals').addColumn(column, 'text').execute();
    for (const [name, columns] of Object.entries(indexes))
      await db.schema
        .createIndex(name)
        .on('approvals')
        .columns(['workspace_id', ...columns])
        .execute();
    // Who waits and who sweeps looks for ids of whatever workspace.
    await db.schema.createIndex('approvals_by_id').on('approvals').column('id').execute();
  },
};

/** By what the same call is found again, and by what the list is narrowed, newest first. */
const indexes = {
  approvals_same_call: ['digest', 'principal'],
  approvals_of_connection: ['connection_id', 'id'],
  approvals_of_tool: ['tool', 'id'],
  approvals_of_principal: ['principal', 'id'],
  approvals_of_person: ['user_id', 'id'],
} as const;
