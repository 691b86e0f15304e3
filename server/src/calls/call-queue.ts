import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import type { CallRecord } from './call-log.ts';
import { type Unwritten, writeCalls } from './write-calls.ts';

/** Calls on their way to the database. */
export interface CallQueue {
  /** Resolves at once, or when there is room again where too many wait. */
  push(call: CallRecord): Promise<void>;
  /** Resolves when everything pushed before is written; rejects where the database does not take it. */
  flush(): Promise<void>;
  /** Writes what is left, trying for a few seconds; says in the log how much was lost. */
  close(): Promise<void>;
}

export interface CallQueueOptions {
  readonly storage: Storage;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  /** Calls held in memory before `push` waits. */
  readonly capacity?: number;
  /** Failures in a row after which calls are given up that a database in good health still does not take. */
  readonly patience?: number;
}

/** Milliseconds from a call to the start of its batch: with the writing, under the 100 ms that are promised (R11). */
const batchMs = 50;
const batchRows = 500;
const longestPauseMs = 5_000;

interface State extends Required<CallQueueOptions> {
  readonly waiting: CallRecord[];
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void> | undefined;
  failures: number;
  room: PromiseWithResolvers<void>;
}

/** Collects calls and writes them in batches, again and again where the database is away. */
export function createCallQueue(options: CallQueueOptions): CallQueue {
  const state: State = {
    capacity: 10_000,
    patience: 10,
    ...options,
    waiting: [],
    timer: undefined,
    writing: undefined,
    failures: 0,
    room: Promise.withResolvers(),
  };
  return {
    push: (call) => push(state, call),
    flush: () => flush(state),
    close: () => close(state),
  };
}

const done = Promise.resolve();

function push(state: State, call: CallRecord): Promise<void> {
  if (state.waiting.length >= state.capacity) return state.room.promise.then(() => push(state, call));
  state.waiting.push(call);
  if (!state.timer) schedule(state, batchMs);
  if (state.waiting.length === batchRows && state.failures === 0) write(state);
  return done;
}

function schedule(state: State, ms: number): void {
  state.timer ??= setTimeout(() => {
    state.timer = undefined;
    write(state);
  }, ms).unref();
}

/** A failure is in the log already, and tried again. */
function write(state: State): void {
  flush(state).catch(() => {});
}

async function flush(state: State): Promise<void> {
  if (state.waiting.length > 0) state.writing ??= writeAll(state);
  await state.writing;
}

async function writeAll(state: State): Promise<void> {
  try {
    while (state.waiting.length > 0) {
      await writeBatch(state);
      await nextTurn();
    }
  } finally {
    state.writing = undefined;
  }
}

async function writeBatch(state: State): Promise<void> {
  const unwritten = await writeCalls(state.storage, state.waiting.splice(0, batchRows));
  if (unwritten && !(await isGivenUp(state, unwritten))) {
    state.waiting.unshift(...unwritten.calls);
    throw unwritten.error;
  }
  state.failures = 0;
  state.room.resolve();
  state.room = Promise.withResolvers();
}

async function isGivenUp(state: State, { calls, error }: Unwritten): Promise<boolean> {
  state.failures += 1;
  const isHopeless = state.failures > state.patience && (await isHealthy(state.storage));
  const facts = { reason: describe(error), calls: calls.length, waiting: state.waiting.length };
  if (isHopeless) {
    state.log.error(facts, 'Calls were left out of the log: the database does not take them.');
  } else {
    state.log.warn(facts, 'Calls could not be logged. They are kept and tried again.');
    schedule(state, Math.min(batchMs * 2 ** state.failures, longestPauseMs));
  }
  return isHopeless;
}

function isHealthy(storage: Storage): Promise<boolean> {
  return storage.ping().then(
    () => true,
    () => false,
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

async function close(state: State): Promise<void> {
  for (const pauseMs of [0, 250, 500, 1_000, 2_000]) {
    await sleep(pauseMs);
    await flush(state).catch(() => {});
    if (state.waiting.length === 0) break;
  }
  clearTimeout(state.timer);
  if (state.waiting.length > 0)
    state.log.error({ calls: state.waiting.length }, 'Calls were lost: the database was away when the process ended.');
}
