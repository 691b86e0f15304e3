import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { oneOf, required, startsAt, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** Files of callers and of calls: what they are, their sealed bytes in chunks, and how much of both a workspace has. */
export function files(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await createFiles(db);
      await createChunks(db, engine);
      await createUsage(db);
    },
  };
}

async function createFiles(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'files')
    .addColumn('state', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('media_type', 'text', required)
    .addColumn('size', 'integer', startsAt(0))
    .addColumn('sha256', 'text')
    .addColumn('key_box', 'text')
    .addColumn('principal', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addCheckConstraint('files_state', oneOf('state', ['arriving', 'kept']))
    .execute();
  await db.schema.createIndex('files_expiry').on('files').columns(['expires_at']).execute();
  await db.schema.createIndex('files_content').on('files').columns(['workspace_id', 'user_id', 'sha256']).execute();
}

async function createChunks(db: Kysely<Tables>, engine: Engine): Promise<void> {
  await workspaceTable(db, 'file_chunks')
    .addColumn('file_id', 'text', required)
    .addColumn('place', 'integer', required)
    .addColumn('sealed', engine === 'postgres' ? 'bytea' : 'blob', required)
    .addPrimaryKeyConstraint('file_chunks_key', ['workspace_id', 'file_id', 'place'])
    .addForeignKeyConstraint('file_chunks_file', ['workspace_id', 'file_id'], 'files', ['workspace_id', 'id'], (to) =>
      to.onDelete('cascade'),
    )
    .execute();
}

async function createUsage(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'file_usage')
    .addColumn('files', 'integer', startsAt(0))
    .addColumn('bytes', 'bigint', startsAt(0))
    .addPrimaryKeyConstraint('file_usage_key', ['workspace_id'])
    .execute();
}
