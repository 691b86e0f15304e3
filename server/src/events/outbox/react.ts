import type { Listener } from './listener.ts';
import type { PlacedEvent } from './placed-events.ts';

/** How long a reaction may take; a lease lasts longer. */
const timeLimitMs = 10_000;

/** Tells a listener of an event; answers what it threw, or `undefined`. One it does not react to any more is none of its. */
export async function react(listener: Listener, event: PlacedEvent, leaving: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(timeLimitMs);
  const late = Promise.withResolvers<never>();
  limit.addEventListener('abort', () => late.reject(limit.reason), { once: true });
  const signal = AbortSignal.any([leaving, limit]);
  try {
    const reactions = listener.reactions.filter(({ type }) => type === event.type);
    for (const reaction of reactions) await Promise.race([reaction.react(event, signal), late.promise]);
    return undefined;
  } catch (error) {
    return error ?? new Error('It failed without saying why.');
  }
}
