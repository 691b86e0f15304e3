import type { AskedPause } from '../../transports/http/asked-pause.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { learnPause, limitIn } from './learn-pause.ts';
import { type CallPlace, type LimitedCall, placeOf } from './place-of.ts';
import { endTurn, type LimitedContext, shortPauseMs, takeAtOnce, takeTurn, waitingEnds } from './take-turn.ts';

/** Is told what a provider asks of whoever wants to ask again. */
export type OnAskedPause = (pause: AskedPause) => void;

/** Sends the call, once for each time it is run. */
export type Send = (onAskedPause: OnAskedPause) => Promise<Outcome>;

/**
 * Sends a call when it may be sent (R13): in its turn among the calls of its workspace and to its origin, not before its
 * provider wants it, and not to an origin that is out of order. A read that meets a short rate limit is sent once more
 * after it. What is held back is told as such, and was not sent.
 */
export async function underLimits(ctx: LimitedContext, call: LimitedCall, send: Send): Promise<Outcome> {
  const place = placeOf(call);
  const until = waitingEnds(ctx);
  const first = await sendInTurn(ctx, { place, until, send });
  const isRepeatable = call.found.spec.effect === 'read' && call.relay === undefined;
  const repeatable = isRepeatable && first.wasSent && isShortLimit(ctx, first.outcome, until);
  return repeatable ? (await sendInTurn(ctx, { place, until, send })).outcome : first.outcome;
}

interface Sending {
  readonly place: CallPlace;
  readonly until: number;
  readonly send: Send;
}

async function sendInTurn(ctx: LimitedContext, { place, until, send }: Sending) {
  const held = takeAtOnce(ctx, place) ? undefined : await takeTurn(ctx, place, until);
  if (held) return { outcome: held, wasSent: false };
  let pause: AskedPause | undefined;
  try {
    const outcome = await send((asked) => (pause = asked));
    if (pause !== undefined || outcome.status === 'rejected') await learnPause(ctx, place, { outcome, asked: pause });
    return { outcome, wasSent: true };
  } finally {
    endTurn(ctx, place);
  }
}

function isShortLimit({ clock }: LimitedContext, outcome: Outcome, until: number): boolean {
  const seconds = limitIn(outcome);
  if (seconds === undefined || seconds * 1000 > shortPauseMs) return false;
  return clock.now() + seconds * 1000 < until;
}
