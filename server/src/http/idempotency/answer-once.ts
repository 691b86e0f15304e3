import { setTimeout } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Answer } from '../route.ts';
import { answerFirst } from './answer-first.ts';
import { findIdempotentAnswer, type IdempotentAnswer } from './idempotent-answer-store.ts';
import { placeOf, type KeyedPlace, type KeyedRequest } from './keyed-request.ts';
import { replay } from './replay.ts';
import { takePlace } from './take-place.ts';

/** How long a duplicate waits for the first, in milliseconds. */
const patienceMs = 20_000;
const longestPauseMs = 400;

/**
 * Does the work for the first request with a key, and gives its answer to every later one with the same content for a day
 * (RULINGS, Everywhere 10). The work is never begun again where nobody knows how far it came: on any replica, after any crash,
 * a key stands for at most one attempt that may have done something (R2). Throws CONFLICT for another content, for an answer
 * that cannot be given twice, for a first request that was cut off, and for one that takes longer than a duplicate waits.
 */
export async function answerOnce(ctx: Context, keyed: KeyedRequest, work: () => Promise<Answer>): Promise<Answer> {
  const place = placeOf(ctx, keyed);
  const patientUntil = ctx.clock.now() + patienceMs;
  for (;;) {
    const held = await takePlace(ctx, place);
    if (held !== undefined) return answerFirst(ctx, { held, place, route: keyed.route }, work);
    const first = await firstSettled(ctx, place, patientUntil);
    if (first !== undefined) return replay(ctx, place, first);
  }
}

/** What became of the first request, or `undefined` where it did nothing and gave its place up. */
async function firstSettled(
  ctx: Context,
  place: KeyedPlace,
  patientUntil: number,
): Promise<IdempotentAnswer | undefined> {
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const first = await findIdempotentAnswer(ctx.db, place);
    if (first === undefined || first.body_hash !== place.bodyHash || first.answered_at !== null) return first;
    if (first.held_until <= isoTime(ctx.clock)) return first;
    if (ctx.signal.aborted || ctx.clock.now() >= patientUntil) throw stillAnswering();
    await setTimeout(pauseMs);
  }
}

function stillAnswering(): Failure {
  const message = 'The first request with this Idempotency-Key is still being answered. Send it again in a moment.';
  return new Failure('CONFLICT', message, { retryAfter: 5 });
}
