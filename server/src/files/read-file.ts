import { chunkBytes, openChunk, openFileKey } from './file-cipher.ts';
import type { FileRoom } from './file.ts';
import { findChunk, type KeptFile } from './file-store.ts';

/**
 * The bytes of a file, a chunk at a time and in order. Throws `VaultError` where its row was altered, and an Error where
 * a chunk was or the file is deleted meanwhile.
 */
export async function* readFile(
  room: Pick<FileRoom, 'vault' | 'db'>,
  file: KeptFile,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  const key = await openFileKey(room, file);
  const count = Math.max(1, Math.ceil(file.size / chunkBytes));
  for (let place = 0; place < count; place += 1) {
    const sealed = await findChunk(room.db, file.id, place);
    if (!sealed) throw new Error(`Part ${place} of the file ${file.id} is gone.`);
    const where = { workspaceId: room.db.workspaceId, fileId: file.id, place, last: place === count - 1 };
    yield openChunk(key, where, sealed);
  }
}
