import type { EventTypes } from '../append-event.ts';
import type { PlacedEvent } from './placed-events.ts';

/** An event as it is told to who listens for its type. */
export interface HeardEvent<Type extends keyof EventTypes> extends Omit<PlacedEvent, 'data'> {
  readonly data: EventTypes[Type];
}

/** Somebody who reacts to events, and hears of everything that happens from when it is first there. */
export interface Listener {
  /** Under this it is remembered how far it has heard: it stays the same for ever. */
  readonly name: string;
  readonly reactions: readonly Reaction[];
}

/** What a listener does about events of one type. */
export interface Reaction {
  readonly type: keyof EventTypes;
  readonly react: (event: PlacedEvent, signal: AbortSignal) => Promise<void>;
}

/**
 * Reacts to events of this type. The work is told of each at least once, of one subject's in their order; throwing means:
 * again later. So it must come to the same when it is repeated, look at how things are now, and hand what takes long to a job:
 * it has 10 seconds.
 */
export function on<Type extends keyof EventTypes>(
  type: Type,
  work: (event: HeardEvent<Type>, signal: AbortSignal) => Promise<void>,
): Reaction {
  return { type, react: (event, signal) => work({ ...event, data: JSON.parse(event.data) }, signal) };
}
