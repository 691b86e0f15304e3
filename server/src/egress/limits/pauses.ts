import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import { keepPause, listPauses, type Paused } from './pause-store.ts';

/** Until when connections are left alone because their provider said so, on this replica and the others. */
export interface Pauses {
  /** Of the part and of all: milliseconds since the epoch, or 0. `undefined` where what is known is older than a second: then `refresh`. */
  known(paused: Paused): number | undefined;
  /** Reads what other replicas have learned. Never fails: without the database, what is known holds. */
  refresh(): Promise<void>;
  /** Leaves a connection alone until then, on this replica at once, on others within a second. Never fails. */
  learn(paused: Paused, until: number): Promise<void>;
  /** How many connections are paused now. */
  count(): number;
  /** Re-reads every 500 ms while calls are made. */
  start(): void;
  stop(): void;
}

export interface PausesOptions {
  readonly storage: Pick<Storage, 'engine' | 'rows' | 'workspace'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** However long a provider asks for: after an hour it is asked again. */
const longestPauseMs = 3_600_000;
/** A shorter pause is over before another replica could learn of it. */
const shortestSharedMs = 2_000;
/** By how much a pause must move to be written again: answers to calls at once differ by milliseconds. */
const sameMs = 1_000;
const freshForMs = 1_000;
const rereadEveryMs = 500;
const idleAfterMs = 60_000;
const mostKept = 10_000;

interface State extends PausesOptions {
  /** By connection, generation and part. */
  readonly until: Map<string, number>;
  readAt: number;
  usedAt: number;
  reading: Promise<void> | undefined;
}

/** With SQLite this process alone learns of pauses: it reads them once, after a start. */
export function createPauses(options: PausesOptions): Pauses {
  const state: State = {
    ...options,
    until: new Map(),
    readAt: Number.NEGATIVE_INFINITY,
    usedAt: 0,
    reading: undefined,
  };
  const { storage, clock, until } = state;
  const isShared = storage.engine === 'postgres';
  const refresh = (): Promise<void> => (state.reading ??= read(state).finally(() => (state.reading = undefined)));
  let timer: NodeJS.Timeout | undefined;
  return {
    known(paused) {
      const now = clock.now();
      state.usedAt = now;
      const age = isShared || state.readAt < 0 ? now - state.readAt : 0;
      if (age > freshForMs) return undefined;
      return until.size === 0 ? 0 : longest(until, paused);
    },
    refresh,
    learn: (paused, wanted) => learn(state, paused, wanted),
    count: () => countPaused(until, clock.now()),
    start() {
      if (!isShared) return;
      timer ??= setInterval(() => {
        if (clock.now() - state.usedAt < idleAfterMs) void refresh();
      }, rereadEveryMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}

function longest(until: ReadonlyMap<string, number>, paused: Paused): number {
  return Math.max(until.get(keyOf(paused)) ?? 0, until.get(keyOf({ ...paused, part: '' })) ?? 0);
}

function keyOf({ connectionId, generation, part }: Paused): string {
  return `${connectionId} ${generation} ${part}`;
}

/** Known is what was true when the question was asked, not when the answer came. */
async function read(state: State): Promise<void> {
  const { storage, clock, log, until } = state;
  const askedAt = clock.now();
  try {
    const pauses = await listPauses(storage, new Date(askedAt).toISOString());
    forgetOver(until, askedAt);
    for (const pause of pauses) prolong(until, keyOf(pause), Date.parse(pause.notBefore));
  } catch (error) {
    log.warn({ err: error }, 'What other replicas learned of rate limits could not be read. Each keeps to its own.');
  }
  state.readAt = askedAt;
}

async function learn({ storage, clock, log, until }: State, paused: Paused, wanted: number): Promise<void> {
  const now = clock.now();
  const end = Math.min(wanted, now + longestPauseMs);
  const before = until.get(keyOf(paused)) ?? 0;
  if (end <= before) return;
  if (until.size >= mostKept) forgetOver(until, now);
  until.set(keyOf(paused), end);
  if (end - now < shortestSharedMs || end - before < sameMs) return;
  try {
    await keepPause(storage, { ...paused, notBefore: new Date(end).toISOString() });
  } catch (error) {
    log.warn({ err: error }, 'A rate limit could not be shared with other replicas. This one keeps to it.');
  }
}

function prolong(until: Map<string, number>, key: string, end: number): void {
  if (end > (until.get(key) ?? 0)) until.set(key, end);
}

function forgetOver(until: Map<string, number>, now: number): void {
  for (const [key, end] of until) if (end <= now) until.delete(key);
}

function countPaused(until: ReadonlyMap<string, number>, now: number): number {
  return [...until.values()].filter((end) => end > now).length;
}
