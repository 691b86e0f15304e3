import type { Context } from '../../context.ts';
import { asked, gaveUp, type HeldBack, noTurn, outOfOrder } from './held-back.ts';
import type { CallPlace } from './place-of.ts';

/** What of a context the limits look at. */
export type LimitedContext = Pick<Context, 'limits' | 'clock' | 'signal' | 'answerBy'>;

/** How long a call waits at most before it is sent, in milliseconds: no longer than it may take. */
const longestWaitMs = 30_000;
/** A pause that is over so soon is waited for. */
export const shortPauseMs = 5_000;

/** Until when a call that comes now may wait to be sent. */
export function waitingEnds({ clock, answerBy }: LimitedContext): number {
  const usual = clock.now() + longestWaitMs;
  return answerBy === undefined ? usual : Math.min(usual, answerBy);
}

/**
 * Waits until a call may be sent: for the pause its provider asked for, where that is short, and for its turn among the
 * others. What it comes to where it may not be sent; `undefined` once its turn is taken: `endTurn` gives it back.
 */
export async function takeTurn(
  ctx: LimitedContext,
  place: CallPlace,
  until = waitingEnds(ctx),
): Promise<HeldBack | undefined> {
  for (;;) {
    if (takeAtOnce(ctx, place)) return undefined;
    const waited = await waitOnce(ctx, place, until);
    if (waited === 'taken') return undefined;
    if (waited !== 'again') return waited;
  }
}

/** Takes a turn where nothing stands in the way of it now. */
export function takeAtOnce(ctx: LimitedContext, place: CallPlace): boolean {
  const { turns, health } = ctx.limits;
  if (!mayGo(ctx, place) || !turns.tryTake(place)) return false;
  health.trying(place.origin, place.workspaceId);
  return true;
}

/** Waits for the first of what stands in the way. */
async function waitOnce(ctx: LimitedContext, place: CallPlace, until: number): Promise<HeldBack | 'taken' | 'again'> {
  const { clock, limits } = ctx;
  const pausedUntil = limits.pauses.known(place) ?? (await readPause(ctx, place));
  if (pausedUntil > clock.now()) return waitForPause(ctx, pausedUntil, until);
  const refusedUntil = limits.health.refusedUntil(place.origin, place.workspaceId);
  if (refusedUntil !== undefined) return outOfOrder(place.origin, refusedUntil, clock.now());
  return waitForTurn(ctx, place, until);
}

/** Ends the turn of a call that was sent, or given up after all. */
export function endTurn({ limits }: LimitedContext, place: CallPlace): void {
  limits.health.tried(place.origin, place.workspaceId);
  limits.turns.give(place);
}

async function readPause({ limits }: LimitedContext, place: CallPlace): Promise<number> {
  await limits.pauses.refresh();
  return limits.pauses.known(place) ?? 0;
}

async function waitForPause(ctx: LimitedContext, pausedUntil: number, until: number): Promise<HeldBack | 'again'> {
  const now = ctx.clock.now();
  if (pausedUntil - now > shortPauseMs || pausedUntil > until) return asked(pausedUntil, now);
  return (await passed(pausedUntil - now, ctx.signal)) ? 'again' : gaveUp;
}

/** What was learned while it waited counts too. */
async function waitForTurn(
  ctx: LimitedContext,
  place: CallPlace,
  until: number,
): Promise<HeldBack | 'taken' | 'again'> {
  const { limits, clock, signal } = ctx;
  if (limits.turns.tryTake(place)) return keepTurn(ctx, place);
  const how = await limits.turns.take(place, { longestMs: Math.max(until - clock.now(), 0), signal });
  if (how === 'taken') return keepTurn(ctx, place);
  return how === 'left' ? gaveUp : noTurn(place.origin);
}

function keepTurn(ctx: LimitedContext, place: CallPlace): 'taken' | 'again' {
  const { turns, health } = ctx.limits;
  if (mayGo(ctx, place)) {
    health.trying(place.origin, place.workspaceId);
    return 'taken';
  }
  turns.give(place);
  return 'again';
}

/** Whether nothing is known that keeps it back, and what is known is not old. */
function mayGo({ limits, clock }: LimitedContext, place: CallPlace): boolean {
  const pausedUntil = limits.pauses.known(place) ?? Number.POSITIVE_INFINITY;
  return pausedUntil <= clock.now() && limits.health.refusedUntil(place.origin, place.workspaceId) === undefined;
}

/** Whether that much time has passed, and nobody left before. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (isOver: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      resolve(isOver);
    };
    const leave = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', leave);
  });
}
