import { Failure } from '../../../errors.ts';
import type { LinkSession } from '../../../links/connect-links/link-session.ts';
import type { Edge } from '../../edge.ts';

/** Counts a form of an end user like a request of any credential. Throws RATE_LIMITED where it is one too many. */
export function countGuest({ perKey }: Pick<Edge, 'perKey'>, { caller }: LinkSession): void {
  const allowance = perKey?.take(caller.principal);
  if (allowance === undefined || allowance.granted) return;
  const retryAfter = allowance.retryAfterSeconds;
  throw new Failure('RATE_LIMITED', `That was too often. Try again in ${retryAfter} s.`, { retryAfter });
}
