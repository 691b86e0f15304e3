import type { Context } from '../../context.ts';
import { isoTime } from '../../lib/clock.ts';
import { claimPlace, holdPlace, type HeldPlace } from './idempotent-answer-store.ts';
import type { KeyedPlace } from './keyed-request.ts';

/** How long an answer is kept. */
export const dayMs = 24 * 3_600_000;

/** How long after its last word a process counts as gone. It speaks three times as often. */
const leaseMs = 30_000;

/** The place, where no request has it; on disk before anything is done. */
export async function takePlace(ctx: Context, place: KeyedPlace): Promise<HeldPlace | undefined> {
  const claim = {
    ...place,
    owner: ctx.requestId,
    at: isoTime(ctx.clock),
    heldUntil: isoTime(ctx.clock, leaseMs),
    forgottenBefore: isoTime(ctx.clock, -dayMs),
  };
  return (await ctx.db.transact((trx) => claimPlace(trx, claim))) ? claim : undefined;
}

/** Goes on saying that the request is at it, until the function it hands back is called. */
export function holdOn(ctx: Context, held: HeldPlace): () => void {
  const speak = () =>
    ctx.db
      .transact((trx) => holdPlace(trx, held, isoTime(ctx.clock, leaseMs)))
      // A lost word only makes those who wait give up earlier: the answer is kept all the same.
      .catch(() => undefined);
  const timer = setInterval(() => void speak(), leaseMs / 3).unref();
  return () => clearInterval(timer);
}

/** Says that the request was cut off: nobody waits for it any longer, and nobody does it again. */
export async function abandonPlace(ctx: Context, held: HeldPlace): Promise<void> {
  await ctx.db.transact((trx) => holdPlace(trx, held, isoTime(ctx.clock)));
}
