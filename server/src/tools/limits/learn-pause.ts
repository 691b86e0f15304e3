import type { AskedPause } from '../../transports/http/asked-pause.ts';
import type { Outcome } from '../../transports/outcome.ts';
import type { CallPlace } from './place-of.ts';
import type { LimitedContext } from './take-turn.ts';

/** What a call came to, and what its provider asked for beside it. */
export interface Learned {
  readonly outcome: Outcome;
  /** Absent where the headers of the answer said nothing, or nobody saw them. */
  readonly asked?: AskedPause | undefined;
}

/** Leaves the connection alone, on every replica, until its provider wants to be asked again. */
export async function learnPause(ctx: LimitedContext, place: CallPlace, { outcome, asked }: Learned): Promise<void> {
  const pause = asked ?? pauseIn(ctx, outcome);
  if (pause === undefined) return;
  await ctx.limits.pauses.learn({ ...place, part: pause.partial ? place.part : '' }, pause.until);
}

/** What only the outcome tells: of MCP servers, agents, and limits that stand in the body of an answer. */
function pauseIn({ clock }: LimitedContext, outcome: Outcome): AskedPause | undefined {
  const seconds = limitIn(outcome);
  return seconds === undefined ? undefined : { until: clock.now() + seconds * 1000, partial: false };
}

/** Seconds to wait, where the provider refused the call for its rate limit and said so. */
export function limitIn(outcome: Outcome): number | undefined {
  return outcome.status === 'rejected' && outcome.reason === 'rate_limit' ? outcome.retry_after : undefined;
}
