import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { writeAsCame } from '../../lib/as-written.ts';
import { isoTime } from '../../lib/clock.ts';
import { Secret } from '../../lib/secret.ts';
import type { Answer, Route } from '../route.ts';
import { keepAnswer, releasePlace, type HeldPlace, type KeptAnswer } from './idempotent-answer-store.ts';
import { slotOf, type KeyedPlace } from './keyed-request.ts';
import { madeBeside } from './made-beside.ts';
import { mayBeAskedAgain } from './may-be-asked-again.ts';
import { writeAnswer } from './stored-answer.ts';
import { abandonPlace, holdOn } from './take-place.ts';

/** Kept up to this many characters. */
const longestAnswer = 1024 * 1024;

interface First {
  readonly held: HeldPlace;
  readonly place: KeyedPlace;
  readonly route: Route;
}

/** Does the work and keeps its answer. What did nothing gives its place up; what broke off in the middle blocks it (R2). */
export async function answerFirst(ctx: Context, first: First, work: () => Promise<Answer>): Promise<Answer> {
  const letGo = holdOn(ctx, first.held);
  try {
    const answer = readAnew(await work());
    await settle(ctx, first, () => keepOrRelease(ctx, first, answer));
    return answer;
  } catch (error) {
    await settle(ctx, first, () => afterFailure(ctx, first.held, error));
    throw error;
  } finally {
    letGo();
  }
}

/** What is kept is a value, so the first answer is one too, not as it came: both say the same of numbers that no double holds. */
function readAnew(answer: Answer): Answer {
  return writeAsCame(answer.body) === undefined ? answer : { ...answer, body: structuredClone(answer.body) };
}

/** The work is done, so its answer counts, kept or not: without it, who asks again is told that nobody knows. */
async function settle(ctx: Context, { held }: First, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    ctx.log.warn({ request_id: ctx.requestId, route: held.route, err: error }, 'an answer could not be kept');
  }
}

async function keepOrRelease(ctx: Context, { held, place, route }: First, answer: Answer): Promise<void> {
  if (mayBeAskedAgain(route, answer)) {
    await ctx.db.transact((trx) => releasePlace(trx, held));
    return;
  }
  const kept = await seal(ctx, { place, route }, answer);
  await ctx.db.transact((trx) => keepAnswer(trx, held, kept));
}

/** A refusal did nothing. What nobody foresaw may have happened before, during or after the work. */
async function afterFailure(ctx: Context, held: HeldPlace, error: unknown): Promise<void> {
  if (error instanceof Failure && error.code !== 'INTERNAL') await ctx.db.transact((trx) => releasePlace(trx, held));
  else await abandonPlace(ctx, held);
}

async function seal(ctx: Context, { place, route }: Omit<First, 'held'>, answer: Answer): Promise<KeptAnswer> {
  const answered = { answered_at: isoTime(ctx.clock), answer_box: null, subject: null };
  if (route.showsSecretOnce !== undefined) return { ...answered, subject: madeBeside(route.showsSecretOnce, answer) };
  const text = writeAnswer(answer);
  if (text.length > longestAnswer) return answered;
  return { ...answered, answer_box: await ctx.vault.seal(slotOf(place, ctx.db.workspaceId), new Secret(text)) };
}
