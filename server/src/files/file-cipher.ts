import { randomBytes } from 'node:crypto';
import { Secret } from '../lib/secret.ts';
import { decryptBytes, encryptBytes } from '../vault/aes-gcm.ts';
import { sealedColumn } from '../vault/rotation/sealed-column.ts';
import type { Slot } from '../vault/vault.ts';
import type { FileRoom } from './file.ts';

/** What a chunk holds in clear, but for the last one: 256 KiB. */
export const chunkBytes = 256 * 1024;

/** Which chunk of which file, and whether it is the last: a box opens in its own place alone, and none can be left out. */
export interface ChunkPlace {
  readonly workspaceId: string;
  readonly fileId: string;
  readonly place: number;
  readonly last: boolean;
}

/** A key for the chunks of one file. */
export function newFileKey(): Buffer {
  return randomBytes(32);
}

export function sealChunk(key: Buffer, place: ChunkPlace, clear: Buffer): Buffer {
  return encryptBytes(key, contextOf(place), clear);
}

/** Throws where the chunk was altered, moved or sealed with another key. */
export function openChunk(key: Buffer, place: ChunkPlace, sealed: Buffer): Buffer<ArrayBuffer> {
  const clear = decryptBytes(key, contextOf(place), sealed);
  if (!clear)
    throw new Error(`Part ${place.place} of the file ${place.fileId} does not open: it was altered or moved.`);
  return clear;
}

/** Which file's key, and the digest of the bytes: with another digest beside it a key does not open. */
interface KeyPlace {
  readonly id: string;
  readonly sha256: string;
}

export function sealFileKey(
  { vault, db }: Pick<FileRoom, 'vault' | 'db'>,
  file: KeyPlace,
  key: Buffer,
): Promise<string> {
  return vault.seal(slotOf(db.workspaceId, file), new Secret(key.toString('base64')));
}

/** Throws `VaultError` where the file's row was altered. */
export async function openFileKey(
  { vault, db }: Pick<FileRoom, 'vault' | 'db'>,
  file: KeyPlace & { readonly keyBox: string },
): Promise<Buffer> {
  const text = await vault.open(slotOf(db.workspaceId, file), file.keyBox);
  return Buffer.from(text.reveal(), 'base64');
}

function slotOf(workspaceId: string, { id, sha256 }: KeyPlace): Slot {
  return { kind: 'file_key', workspaceId, record: id, field: sha256, generation: 1 };
}

function contextOf({ workspaceId, fileId, place, last }: ChunkPlace): readonly string[] {
  return ['file_chunk', workspaceId, fileId, String(place), last ? 'last' : 'more'];
}

/** Where the keys of files lie; their chunks stay as they are. */
export const fileKeyBoxes = sealedColumn({
  table: 'files',
  column: 'key_box',
  key: ['id'],
  further: ['sha256'],
  slotOf: (workspaceId, read) => slotOf(workspaceId, { id: read('id'), sha256: read('sha256') }),
});
