import { newId } from '../../server/src/lib/ids.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { loose } from './loose-database.ts';

/** Puts a bare connection into the database, for tests of what belongs to one; answers its id. */
export async function addConnectionRow(storage: Storage, workspaceId: string): Promise<string> {
  const id = newId();
  const at = new Date().toISOString();
  await loose(storage.writer)
    .insertInto('connections')
    .values({
      id,
      workspace_id: workspaceId,
      connector_id: 'gitlab',
      connector_version: '1.0.0',
      handle: `h${id.slice(-12)}`,
      label: 'GitLab',
      scope: 'workspace',
      auth_mode: 'pat',
      status: 'connected',
      granted_scopes: '[]',
      config: '{}',
      created_by: 'key:1',
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
}
