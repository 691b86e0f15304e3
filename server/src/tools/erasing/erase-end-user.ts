import { endSessions } from '../../connections/revoking/cut-off.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { beginErasure, type BegunErasure } from './begin-erasure.ts';
import { type Erasure, findErasureOf, knownAs } from './erasure-store.ts';
import { finishErasure } from './finish-erasure.ts';
import { type ErasureReport, seeErasure } from './see-erasure.ts';

/** Less than clients wait, in milliseconds: what is left then is done in the background. */
const longestMs = 20_000;

/**
 * Forgets an end user by the app's id. When this resolves nothing of theirs can be used, and nobody is called so any more;
 * usually nothing on record names them, either, and what is left is done whatever becomes of this process. Repeated it goes
 * on where it was cut off, and tells the same. Throws NOT_FOUND for whom the app never named.
 */
export async function eraseEndUser(ctx: Context, externalId: string): Promise<ErasureReport> {
  const begun = await beginErasure(ctx, externalId);
  if (begun) tellThisProcess(ctx, begun);
  const erasure = begun?.erasure ?? (await findBegun(ctx, externalId));
  if (erasure.finishedAt === null) await finishErasure(ctx, erasure, endOfPatience(ctx));
  return seeErasure(ctx, erasure.endUserId);
}

/** Sooner where the client says how long it waits (RFC 7240 §4.3). */
function endOfPatience({ clock, answerBy }: Context): AbortSignal {
  const leftMs = answerBy === undefined ? longestMs : Math.min(answerBy - clock.now(), longestMs);
  return leftMs > 0 ? AbortSignal.timeout(leftMs) : AbortSignal.abort();
}

function tellThisProcess(ctx: Context, { cut, voided }: BegunErasure): void {
  endSessions(ctx, cut);
  for (const id of voided) ctx.waitingCalls.tell(id);
}

async function findBegun({ db, vault }: Context, externalId: string): Promise<Erasure> {
  const erasure = await findErasureOf(db, knownAs(vault, db.workspaceId, externalId));
  if (erasure) return erasure;
  throw new Failure('NOT_FOUND', 'The app has no end user of this id.');
}
