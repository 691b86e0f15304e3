import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import type { StoredFile } from './file.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    files: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      /** `arriving` until its last byte is there; only `kept` ones are anybody's to read. */
      state: string;
      name: Fixed<string>;
      media_type: Fixed<string>;
      size: number;
      sha256: string | null;
      /** The key of its chunks, sealed for this file and this digest. */
      key_box: string | null;
      principal: Fixed<string>;
      user_id: Fixed<string>;
      created_at: Fixed<string>;
      expires_at: string;
    };
    file_chunks: {
      workspace_id: WorkspaceColumn;
      file_id: Fixed<string>;
      place: Fixed<number>;
      sealed: Fixed<Uint8Array>;
    };
  }
}

/** A kept file with the box its key is in. */
export interface KeptFile extends StoredFile {
  readonly keyBox: string;
}

export interface NewFileRow {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly principal: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly expires_at: string;
}

/** Makes room for a file whose bytes are about to arrive. */
export async function insertArriving(trx: WorkspaceTrx, row: NewFileRow): Promise<void> {
  await trx.rows
    .insertInto('files')
    .values({ ...row, state: 'arriving', size: 0, sha256: null, key_box: null })
    .execute();
}

/** Adds the next chunk; false where the file is gone meanwhile. `bytes` is what it holds in clear. */
export async function appendChunk(
  trx: WorkspaceTrx,
  id: string,
  chunk: { readonly place: number; readonly sealed: Uint8Array; readonly bytes: number },
): Promise<boolean> {
  const { place, sealed, bytes } = chunk;
  const grown = await trx.rows
    .updateTable('files')
    .set(({ eb }) => ({ size: eb('size', '+', bytes) }))
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  if (grown.numUpdatedRows === 0n) return false;
  await trx.rows.insertInto('file_chunks').values({ file_id: id, place, sealed }).execute();
  return true;
}

/** Makes an arrived file one that can be read; false where it is gone meanwhile. */
export async function settleFile(
  trx: WorkspaceTrx,
  id: string,
  facts: { readonly sha256: string; readonly key_box: string; readonly expires_at: string },
): Promise<boolean> {
  const settled = await trx.rows
    .updateTable('files')
    .set({ ...facts, state: 'kept' })
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return settled.numUpdatedRows > 0n;
}

/** A file of this person that is all there and has not expired at `now` (ISO 8601). */
export async function findFile(
  db: WorkspaceRows,
  wanted: { readonly id: string; readonly userId: string; readonly now: string },
): Promise<KeptFile | undefined> {
  const row = await db.rows
    .selectFrom('files')
    .selectAll()
    .where('id', '=', wanted.id)
    .where('user_id', '=', wanted.userId)
    .where('state', '=', 'kept')
    .where('expires_at', '>', wanted.now)
    .executeTakeFirst();
  return row && readRow(row);
}

/** The newest file of this person with the same bytes under the same name and type. */
export async function findSame(
  db: WorkspaceRows,
  file: Pick<StoredFile, 'name' | 'mediaType' | 'sha256'> & { readonly userId: string; readonly now: string },
): Promise<KeptFile | undefined> {
  const row = await db.rows
    .selectFrom('files')
    .selectAll()
    .where('user_id', '=', file.userId)
    .where('sha256', '=', file.sha256)
    .where('name', '=', file.name)
    .where('media_type', '=', file.mediaType)
    .where('state', '=', 'kept')
    .where('expires_at', '>', file.now)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && readRow(row);
}

/** Lets a file live until then; never shorter than it did. */
export async function prolongFile(trx: WorkspaceTrx, id: string, until: string): Promise<void> {
  await trx.rows
    .updateTable('files')
    .set({ expires_at: until })
    .where('id', '=', id)
    .where('expires_at', '<', until)
    .execute();
}

/** One sealed chunk; `undefined` where there is none, or no longer. */
export async function findChunk(db: WorkspaceRows, id: string, place: number): Promise<Buffer | undefined> {
  const row = await db.rows
    .selectFrom('file_chunks')
    .select('sealed')
    .where('file_id', '=', id)
    .where('place', '=', place)
    .executeTakeFirst();
  return row && Buffer.from(row.sealed.buffer, row.sealed.byteOffset, row.sealed.byteLength);
}

/** Takes a file with its bytes away; `undefined` where there is none, otherwise its size. */
export async function removeFile(trx: WorkspaceTrx, id: string): Promise<number | undefined> {
  const row = await trx.rows.deleteFrom('files').where('id', '=', id).returning('size').executeTakeFirst();
  return row?.size;
}

interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly key_box: string | null;
  readonly created_at: string;
  readonly expires_at: string;
}

function readRow(row: FileRow): KeptFile {
  if (row.sha256 === null || row.key_box === null) throw new Error(`The file ${row.id} is kept without its key.`);
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
    keyBox: row.key_box,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
