import type { FastifyInstance } from 'fastify';

/** Whether the process is leaving, and who has to be told. */
export interface Drain {
  readonly draining: boolean;
  /** Aborted when the time for calls in flight is over (R14). */
  readonly deadline: AbortSignal;
  /** From here on `/readyz` says 503. */
  begin(): void;
  /** Aborts what is still in flight. */
  giveUp(): void;
}

/** The state of leaving; one for the life of the process. */
export function createDrain(): Drain {
  const deadline = new AbortController();
  let draining = false;
  return {
    get draining() {
      return draining;
    },
    deadline: deadline.signal,
    begin: () => {
      draining = true;
    },
    giveUp: () => deadline.abort(),
  };
}

/** How long a drain takes at most, and what it waits for besides requests. */
export interface DrainTimes {
  /** Milliseconds for calls in flight. Default 15,000. */
  readonly inFlightMs?: number;
  /** Milliseconds for answers of what was aborted. Default 1,000. */
  readonly lastWordsMs?: number;
  /** Resolves when nothing else is in flight that the deadline aborts. Default: at once. */
  readonly others?: () => Promise<void>;
}

/**
 * Stops accepting, lets calls in flight finish, then aborts them and closes. Resolves when no connection is left.
 * A second call does nothing more than the first: npm passes a group's signal on once more.
 */
export function drainServer(server: FastifyInstance, drain: Drain, times: DrainTimes = {}): Promise<void> {
  if (drain.draining) return server.close();
  drain.begin();
  const { inFlightMs = 15_000, lastWordsMs = 1_000, others } = times;
  const closed = server.close().then(others);
  const abort = setTimeout(() => drain.giveUp(), inFlightMs);
  const cut = setTimeout(() => server.server.closeAllConnections(), inFlightMs + lastWordsMs);
  const idle = setInterval(() => server.server.closeIdleConnections(), 50);
  return closed.finally(() => {
    clearTimeout(abort);
    clearTimeout(cut);
    clearInterval(idle);
  });
}
