import type { Context } from '../../context.ts';
import { fileLives } from '../../files/file.ts';
import { findSame, type KeptFile, prolongFile } from '../../files/file-store.ts';
import { type Arriving, keepFile } from '../../files/keep-file.ts';
import { deleteFile } from '../../files/see-file.ts';
import { isoTime } from '../../lib/clock.ts';

/**
 * Keeps a file for a call, a little longer than the call may have to wait for a person. Where the same person has the same
 * file already that one is it, and lives on: the same call asked again is the same call (S13).
 */
export async function keepOnce(ctx: Context, arriving: Omit<Arriving, 'lifeMs'>): Promise<KeptFile> {
  const file = await keepFile(ctx, { ...arriving, lifeMs: fileLives.forCall });
  const { name, mediaType, sha256 } = file;
  const asked = { name, mediaType, sha256, userId: ctx.caller.userId, now: isoTime(ctx.clock) };
  const first = await findSame(ctx.db, asked);
  if (first === undefined || first.id === file.id) return file;
  const until = isoTime(ctx.clock, fileLives.forCall);
  await ctx.db.transact((trx) => prolongFile(trx, first.id, until));
  await deleteFile(ctx, file);
  return first;
}
