import type { ExpressionBuilder } from 'kysely';
import type { Fixed, Tables, WorkspaceColumn } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Metadata } from './merge-metadata.ts';

export interface TagsTable {
  workspace_id: WorkspaceColumn;
  connection_id: Fixed<string>;
  name: Fixed<string>;
  value: Fixed<string>;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    /** The metadata of connections, a row each: what they are found by. */
    connection_tags: TagsTable;
  }
}

/** What a connection is to be found by, and nothing else of it: written with its metadata. */
export async function putTags(trx: WorkspaceTrx, connectionId: string, metadata: Metadata): Promise<void> {
  await forgetTags(trx, [connectionId]);
  const rows = Object.entries(metadata).map(([name, value]) => ({ connection_id: connectionId, name, value }));
  if (rows.length > 0) await trx.rows.insertInto('connection_tags').values(rows).execute();
}

/** So that these connections are no longer found by their metadata. */
export async function forgetTags(trx: WorkspaceTrx, connectionIds: readonly string[]): Promise<void> {
  await trx.rows.deleteFrom('connection_tags').where('connection_id', 'in', connectionIds).execute();
}

/** One pair of metadata, as it is asked for. */
export type Tag = readonly [name: string, value: string];

/** The condition that a connection has a tag, of which nothing else is said. */
export function hasTag(where: ExpressionBuilder<Tables, 'connections'>, [name, value]: Tag) {
  return where.exists(
    where
      .selectFrom('connection_tags as tag')
      .select('tag.name')
      .whereRef('tag.connection_id', '=', 'connections.id')
      .where('tag.name', '=', name)
      .where('tag.value', '=', value),
  );
}

/** More than so many are as good as very many. */
const mostCounted = 1000;

/** Of how many connections a tag is, up to a thousand. */
export async function countTag(db: WorkspaceRows, [name, value]: Tag): Promise<number> {
  const some = db.rows.selectFrom('connection_tags').select('connection_id');
  const rows = await some.where('name', '=', name).where('value', '=', value).limit(mostCounted).execute();
  return rows.length;
}
