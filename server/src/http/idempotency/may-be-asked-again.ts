import { isRecord } from '../../lib/json.ts';
import type { Answer, Route } from '../route.ts';
import { callOutcome, waitingCall } from '../shapes/call-result.ts';

/**
 * Whether an answer says that nothing has happened, so that the same key may try again: a tool call that was turned down, or
 * that did not reach its provider, or that waits for a person: asked again it finds the same approval, and later its result.
 * What a person declined or a change voided is final, and handed out once.
 */
export function mayBeAskedAgain(route: Pick<Route, 'answers'>, { status, body, events, passed }: Answer): boolean {
  if (events !== undefined) return true;
  // Where it may have happened all the same, the provider's refusal is not passed on.
  if (passed !== undefined) return passed.status >= 400;
  if (route.answers[status] === waitingCall) return true;
  if (route.answers[status] !== callOutcome || !isRecord(body)) return false;
  if (body['status'] === 'unavailable') return true;
  return body['status'] === 'rejected' && body['reason'] !== 'declined' && body['reason'] !== 'voided';
}
