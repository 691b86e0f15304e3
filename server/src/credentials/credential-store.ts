import { isHeader } from '../auth-modes/connection-headers.ts';
import { destroyGrant } from './grants/grant-store.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    connection_secrets: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      field: Fixed<string>;
      box: string;
      generation: number;
    };
  }
}

/** One sealed field of a connection. */
export interface SealedCredential {
  readonly field: string;
  readonly box: string;
  /** The connection's generation when it was sealed; part of what the box is bound to. */
  readonly generation: number;
}

export function listCredentials(db: WorkspaceRows, connectionId: string): Promise<SealedCredential[]> {
  return db.rows
    .selectFrom('connection_secrets')
    .select(['field', 'box', 'generation'])
    .where('connection_id', '=', connectionId)
    .execute();
}

/** The same of several connections, by connection. */
export async function listCredentialsOf(
  db: WorkspaceRows,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly SealedCredential[]>> {
  const rows = await db.rows
    .selectFrom('connection_secrets')
    .select(['connection_id', 'field', 'box', 'generation'])
    .where('connection_id', 'in', connectionIds)
    .execute();
  return Map.groupBy(rows, (row) => row.connection_id);
}

/** Puts these in the place of every secret the connection had. */
export async function replaceCredentials(
  trx: WorkspaceTrx,
  connectionId: string,
  sealed: readonly SealedCredential[],
): Promise<void> {
  await deleteCredentials(trx, connectionId);
  await insertCredentials(trx, connectionId, sealed);
}

/** Puts these in the place of those of the same names; the connection's other secrets stay. */
export async function putCredentials(
  trx: WorkspaceTrx,
  connectionId: string,
  sealed: readonly SealedCredential[],
): Promise<void> {
  const fields = sealed.map(({ field }) => field);
  if (fields.length === 0) return;
  await trx.rows
    .deleteFrom('connection_secrets')
    .where('connection_id', '=', connectionId)
    .where('field', 'in', fields)
    .execute();
  await insertCredentials(trx, connectionId, sealed);
}

/** Puts these in the place of the headers the connection had; its other secrets stay. */
export async function replaceHeaders(
  trx: WorkspaceTrx,
  connectionId: string,
  sealed: readonly SealedCredential[],
): Promise<void> {
  const before = (await listCredentials(trx, connectionId)).map(({ field }) => field).filter(isHeader);
  if (before.length > 0) {
    await trx.rows
      .deleteFrom('connection_secrets')
      .where('connection_id', '=', connectionId)
      .where('field', 'in', before)
      .execute();
  }
  await insertCredentials(trx, connectionId, sealed);
}

/** Deletes every secret of the connection, and what renews its token: a renewal under way comes to nothing. */
export async function destroyCredentials(trx: WorkspaceTrx, connectionId: string): Promise<void> {
  await deleteCredentials(trx, connectionId);
  await destroyGrant(trx, connectionId);
}

async function deleteCredentials(trx: WorkspaceTrx, connectionId: string): Promise<void> {
  await trx.rows.deleteFrom('connection_secrets').where('connection_id', '=', connectionId).execute();
}

async function insertCredentials(
  trx: WorkspaceTrx,
  connectionId: string,
  sealed: readonly SealedCredential[],
): Promise<void> {
  if (sealed.length === 0) return;
  await trx.rows
    .insertInto('connection_secrets')
    .values(sealed.map((credential) => ({ connection_id: connectionId, ...credential })))
    .execute();
}
