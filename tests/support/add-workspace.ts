import '../../server/src/access/tables.ts';
import { newId } from '../../server/src/lib/ids.ts';
import type { Storage } from '../../server/src/storage/storage.ts';

/** Puts a bare workspace into the database, for tests of what belongs to one; answers its id. */
export async function addWorkspace(storage: Storage, id: string = newId()): Promise<string> {
  const row = { id, name: 'Acme', slug: `acme-${id}`, created_at: new Date().toISOString() };
  await storage.transact((trx) => trx.rows.insertInto('workspaces').values(row).execute());
  return id;
}

/** Takes a workspace out of the database, with everything that belongs to it. */
export async function removeWorkspace(storage: Storage, id: string): Promise<void> {
  await storage.transact((trx) => trx.rows.deleteFrom('workspaces').where('id', '=', id).execute());
}
