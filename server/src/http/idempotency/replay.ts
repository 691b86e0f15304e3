import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Answer } from '../route.ts';
import type { IdempotentAnswer } from './idempotent-answer-store.ts';
import { slotOf, type KeyedPlace } from './keyed-request.ts';
import { readAnswer } from './stored-answer.ts';

/** What a later request with the key is answered; the header `Idempotent-Replayed` says that it is not the first. */
export async function replay(
  ctx: Pick<Context, 'vault' | 'db'>,
  place: KeyedPlace,
  first: IdempotentAnswer,
): Promise<Answer> {
  if (first.body_hash !== place.bodyHash) throw conflict('other_request', anotherRequest);
  if (first.answered_at === null) throw conflict('outcome_unknown', cutOff);
  if (first.subject !== null) throw conflict('shown_once', shownOnce, first.subject);
  if (first.answer_box === null) throw conflict('not_kept', tooLarge);
  const text = await ctx.vault.open(slotOf(place, ctx.db.workspaceId), first.answer_box);
  const answer = readAnswer(text.reveal());
  return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
}

const anotherRequest = 'This Idempotency-Key was used for another request. Use a new key for a new request.';
const cutOff =
  'The first request with this Idempotency-Key was cut off, and nobody knows how far it came. Look whether it happened before you send it with a new key.';
const shownOnce =
  'The first request with this Idempotency-Key was answered with a secret that is shown once. Delete what it made, named in "id", and send a new key to make another.';
const tooLarge = 'The request was carried out, but its answer was too large to be kept. Do not send it again.';

type Reason = 'other_request' | 'outcome_unknown' | 'shown_once' | 'not_kept';

function conflict(reason: Reason, message: string, id?: string): Failure {
  return new Failure('CONFLICT', message, { details: { reason, ...(id === undefined ? {} : { id }) } });
}
