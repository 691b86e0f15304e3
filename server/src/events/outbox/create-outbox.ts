import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import { randomToken } from '../../lib/ids.ts';
import type { Storage } from '../../storage/storage.ts';
import { createLoop } from './create-loop.ts';
import { findPlace } from './cursor-store.ts';
import type { Listener } from './listener.ts';
import { placeEvents } from './place-events.ts';
import { tellListener } from './tell-listener.ts';

/** Tells listeners of what was committed, on as many processes as there are: never one of them twice at once. */
export interface Outbox {
  /** Has listeners that are new hear whatever happens from now on, also where this process ends before it looks. */
  attend(): Promise<void>;
  start(): void;
  /** Begins nothing more and waits for what is under way; a reaction that is cut off is repeated elsewhere. */
  stop(): Promise<void>;
}

export interface OutboxOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly listeners: readonly Listener[];
  /** Milliseconds between two looks at what other processes committed. */
  readonly everyMs?: number;
  /** How often an event is told in vain before it is set aside: twelve take more than half an hour. */
  readonly maxAttempts?: number;
}

/**
 * Reactions to events: each is told at least once, in order for every subject, whatever crashes. Nothing that must hold at
 * once depends on them.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { storage, clock, log, listeners, everyMs = 1_000, maxAttempts = 12 } = options;
  const leaving = new AbortController();
  const desk = { storage, clock, log, maxAttempts, owner: randomToken(12), leaving: leaving.signal };
  const ears = listeners.map((listener) =>
    createLoop({ work: () => tellListener(desk, listener), everyMs, log, name: listener.name }),
  );
  const place = async (): Promise<boolean> => {
    const placed = await placeEvents(storage);
    if (placed > 0) for (const ear of ears) ear.look();
    return placed > 0;
  };
  const places = createLoop({ work: place, everyMs, log, name: 'places of events' });
  return {
    async attend() {
      for (const { name } of listeners) await findPlace(storage, name);
    },
    start() {
      storage.whenCommitted({ events: places.look });
      for (const loop of [places, ...ears]) loop.look();
    },
    async stop() {
      leaving.abort(new Error('The process ends.'));
      await Promise.all([places, ...ears].map((loop) => loop.stop()));
    },
  };
}
