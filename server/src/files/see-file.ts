import { Failure } from '../errors.ts';
import { actorOf, appendEvent } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import type { FileRoom } from './file.ts';
import { giveBack } from './file-space.ts';
import { findFile, type KeptFile, removeFile } from './file-store.ts';

/** A file of the caller's own person, whichever of their credentials it was made with. NOT_FOUND for every other. */
export async function seeFile(room: Pick<FileRoom, 'db' | 'clock' | 'caller'>, id: string): Promise<KeptFile> {
  const file = await findFile(room.db, { id, userId: room.caller.userId, now: isoTime(room.clock) });
  if (file) return file;
  throw new Failure('NOT_FOUND', 'There is no such file, or it has expired. Upload it again.');
}

/** Deletes a file of the caller's own person with its bytes. NOT_FOUND for every other, and the second time. */
export async function deleteFile(room: Pick<FileRoom, 'db' | 'clock' | 'caller'>, { id }: KeptFile): Promise<void> {
  await room.db.transact(async (trx) => {
    const bytes = await removeFile(trx, id);
    if (bytes === undefined) throw new Failure('NOT_FOUND', 'There is no such file.');
    await giveBack(trx, { files: 1, bytes });
    await appendEvent(trx, room.clock, {
      type: 'file.deleted',
      actor: actorOf(room.caller),
      subject: `file:${id}`,
      data: {},
    });
  });
}
