import type { Outcome, Rejected } from '../../transports/outcome.ts';

/** What a call comes to that our own limits kept from being sent. */
export type HeldBack = Extract<Outcome, { status: 'unavailable' }> | Rejected;

/** What to wait for after a turn did not come. */
const comeBackAfterS = 5;

/** No turn in time: this is our own limit, not the provider's (R13). */
export function noTurn(origin: string): HeldBack {
  return {
    status: 'rejected',
    reason: 'rate_limit',
    message: `Plugboard itself holds this call back: too many calls of this workspace, or to ${origin}, are under way. Nothing was sent. Try again in ${comeBackAfterS} seconds.`,
    retry_after: comeBackAfterS,
  };
}

/** The provider said when to come back, and that is too far off to wait for. */
export function asked(until: number, now: number): HeldBack {
  const seconds = secondsUntil(until, now);
  return {
    status: 'rejected',
    reason: 'rate_limit',
    message: `The provider’s rate limit of this connection is spent until ${new Date(until).toISOString()}, so Plugboard did not send this call. Try again in ${seconds} seconds.`,
    retry_after: seconds,
  };
}

/** The origin has failed again and again: it is not asked before then. */
export function outOfOrder(origin: string, until: number, now: number): HeldBack {
  const seconds = secondsUntil(until, now);
  return {
    status: 'unavailable',
    message: `${origin} failed several times in a row, so Plugboard did not send this call. It is tried again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  };
}

/** The caller left, or the process is leaving, before the call was sent. */
export const gaveUp: HeldBack = {
  status: 'unavailable',
  message: 'The call was given up while it waited to be sent. Nothing was sent.',
};

function secondsUntil(until: number, now: number): number {
  return Math.max(Math.ceil((until - now) / 1000), 1);
}
