import { createHash, type Hash } from 'node:crypto';
import { isEndUserPrincipal } from '../access/end-users/as-end-user.ts';
import { Failure } from '../errors.ts';
import { actorOf, appendEvent } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import { chunkBytes, newFileKey, sealChunk, sealFileKey } from './file-cipher.ts';
import { fileLimits, fileLives, type FileRoom } from './file.ts';
import { cleanFileName } from './file-name.ts';
import { giveBack, takeSpace } from './file-space.ts';
import { appendChunk, insertArriving, type KeptFile, removeFile, settleFile } from './file-store.ts';
import { inChunks } from './in-chunks.ts';
import { readMediaType } from './media-type.ts';

declare module '../events/append-event.ts' {
  interface EventTypes {
    'file.kept': { readonly name: string; readonly media_type: string; readonly size: number; readonly sha256: string };
    'file.deleted': Readonly<Record<string, never>>;
  }
}

/** What is to be kept. */
export interface Arriving {
  readonly name: string;
  /** Absent: bytes of an unknown kind. */
  readonly mediaType?: string | undefined;
  /** Milliseconds it may live; the caller keeps it within `fileLives`. */
  readonly lifeMs?: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Keeps a file, sealed in chunks as its bytes arrive. Throws PAYLOAD_TOO_LARGE over the cap of one file or of the workspace
 * and BAD_REQUEST for what is no media type; whatever goes wrong, the bytes included, nothing is kept.
 */
export async function keepFile(room: FileRoom, arriving: Arriving): Promise<KeptFile> {
  const started = await start(room, arriving);
  try {
    const hash = createHash('sha256');
    const size = await takeIn(room, { ...started, hash }, arriving.bytes);
    return await finish(room, { ...started, size, sha256: hash.digest('hex'), lifeMs: arriving.lifeMs });
  } catch (error) {
    await discard(room, started.id);
    throw error;
  }
}

/** A file over the cap of one, as it is refused. */
export function tooLarge(): Failure {
  return new Failure('PAYLOAD_TOO_LARGE', `A file may hold at most ${fileLimits.bytesEach / 1024 ** 2} MiB.`);
}

interface Started {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly key: Buffer;
  readonly createdAt: string;
}

async function start(room: FileRoom, { name: given, mediaType: type }: Arriving): Promise<Started> {
  const mediaType = readMediaType(type);
  if (mediaType === undefined)
    throw new Failure('BAD_REQUEST', 'The media type is malformed. Send one such as "text/csv", or none.');
  const [id, name, createdAt] = [newId(room.clock.now()), cleanFileName(given), isoTime(room.clock)];
  await room.db.transact(async (trx) => {
    await takeOrRefuse(trx, { files: 1, bytes: 0 });
    await insertArriving(trx, {
      id,
      name,
      media_type: mediaType,
      principal: room.caller.principal,
      user_id: room.caller.userId,
      created_at: createdAt,
      expires_at: isoTime(room.clock, fileLives.arriving),
    });
  });
  return { id, name, mediaType, createdAt, key: newFileKey() };
}

async function takeIn(
  { db }: FileRoom,
  { id, key, hash }: Started & { readonly hash: Hash },
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let size = 0;
  for await (const { clear, place, last } of inChunks(bytes, chunkBytes)) {
    size += clear.length;
    if (size > fileLimits.bytesEach) throw tooLarge();
    hash.update(clear);
    const sealed = sealChunk(key, { workspaceId: db.workspaceId, fileId: id, place, last }, clear);
    await db.transact(async (trx) => {
      await takeOrRefuse(trx, { files: 0, bytes: clear.length });
      if (!(await appendChunk(trx, id, { place, sealed, bytes: clear.length }))) throw gone();
    });
  }
  return size;
}

interface Arrived extends Started {
  readonly size: number;
  readonly sha256: string;
  readonly lifeMs: number | undefined;
}

async function finish(room: FileRoom, { key, lifeMs = fileLives.usual, ...file }: Arrived): Promise<KeptFile> {
  const { id, name, mediaType, size, sha256 } = file;
  const keyBox = await sealFileKey(room, file, key);
  const expiresAt = isoTime(room.clock, lifeMs);
  await room.db.transact(async (trx) => {
    if (!(await settleFile(trx, id, { sha256, key_box: keyBox, expires_at: expiresAt }))) throw gone();
    await appendEvent(trx, room.clock, {
      type: 'file.kept',
      actor: actorOf(room.caller),
      subject: `file:${id}`,
      data: { name: nameOnRecord(room.caller, name), media_type: mediaType, size, sha256 },
    });
  });
  return { ...file, keyBox, expiresAt };
}

/** Of an end user's file the record says no name: it could not be erased. */
function nameOnRecord({ principal }: FileRoom['caller'], name: string): string {
  return isEndUserPrincipal(principal) ? '' : name;
}

async function discard({ db }: FileRoom, id: string): Promise<void> {
  await db.transact(async (trx) => {
    const bytes = await removeFile(trx, id);
    if (bytes !== undefined) await giveBack(trx, { files: 1, bytes });
  });
}

async function takeOrRefuse(trx: WorkspaceTrx, space: Parameters<typeof takeSpace>[1]): Promise<void> {
  if (await takeSpace(trx, space)) return;
  const { bytesTogether, filesTogether } = fileLimits;
  throw new Failure(
    'PAYLOAD_TOO_LARGE',
    `The files of a workspace may hold ${bytesTogether / 1024 ** 2} MiB and be ${filesTogether} together. Delete some, or wait until some expire.`,
  );
}

function gone(): Failure {
  return new Failure('CONFLICT', 'The file took too long to arrive and was let go. Send it again.');
}
