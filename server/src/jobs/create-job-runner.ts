import { setTimeout as sleep } from 'node:timers/promises';
import { randomToken } from '../lib/ids.ts';
import { describeError } from './describe-error.ts';
import { type Claim, claimJobs, endClaim } from './job-store.ts';
import type { JobHandler, JobTypes } from './jobs.ts';
import { type AnyJobHandler, type JobDesk, runJob } from './run-job.ts';

/** Who does which kind of work. A kind without a handler here waits for a process that has one. */
export type JobHandlers = { readonly [Kind in keyof JobTypes]?: JobHandler<Kind> };

export interface JobRunnerOptions
  extends Pick<JobDesk, 'storage' | 'clock' | 'log'>, Partial<Pick<JobDesk, 'maxAttempts' | 'timeLimitMs'>> {
  readonly handlers: JobHandlers;
  /** Jobs at a time. */
  readonly concurrency?: number;
  /** Milliseconds between two looks at the table. */
  readonly pollMs?: number;
  /** Milliseconds that running jobs get to finish when the process ends. */
  readonly stopMs?: number;
}

/** Background work of this process (R7). */
export interface JobRunner {
  start(): void;
  /** Claims nothing more and lets what is running finish; what takes too long is aborted and left to another process. */
  stop(): Promise<void>;
}

/** A lease outlives the time limit by this, so that a job has let go before somebody else may take it. */
const leaseMarginMs = 10_000;

interface Floor {
  readonly desk: JobDesk;
  readonly handlers: ReadonlyMap<string, AnyJobHandler>;
  readonly owner: string;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly running: Set<Promise<void>>;
  state: 'new' | 'started' | 'stopped';
  timer: NodeJS.Timeout | undefined;
  claiming: Promise<void> | undefined;
  isAsked: boolean;
  /** Whether the last look failed: it is logged once. */
  isAway: boolean;
}

/** Runs the jobs of the table, some at a time, on as many processes as there are: never one job twice at once (R7). */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { storage, clock, log, maxAttempts = 10, timeLimitMs = 60_000, stopMs = 10_000 } = options;
  const leaving = new AbortController();
  const floor: Floor = {
    desk: { storage, clock, log, maxAttempts, timeLimitMs, leaving: leaving.signal },
    handlers: new Map(Object.entries(options.handlers)),
    owner: randomToken(12),
    concurrency: options.concurrency ?? 8,
    pollMs: options.pollMs ?? 1_000,
    running: new Set(),
    state: 'new',
    timer: undefined,
    claiming: undefined,
    isAsked: false,
    isAway: false,
  };
  return {
    start() {
      floor.state = 'started';
      storage.whenCommitted({ jobs: () => look(floor) });
      look(floor);
    },
    async stop() {
      floor.state = 'stopped';
      clearTimeout(floor.timer);
      await floor.claiming;
      await within(stopMs, floor.running);
      leaving.abort(new Error('The process ends.'));
      await within(1_000, floor.running);
    },
  };
}

/** One look at a time; what is asked for during one makes it look again. */
function look(floor: Floor): void {
  if (floor.state !== 'started') return;
  floor.isAsked = true;
  floor.claiming ??= claimAll(floor).finally(() => {
    floor.claiming = undefined;
    clearTimeout(floor.timer);
    if (floor.state !== 'started') return;
    if (floor.isAsked && hasRoom(floor)) look(floor);
    else floor.timer = setTimeout(() => look(floor), floor.pollMs).unref();
  });
}

async function claimAll(floor: Floor): Promise<void> {
  try {
    while (floor.isAsked && floor.state === 'started' && hasRoom(floor)) {
      floor.isAsked = false;
      for (const claim of await claimSome(floor)) begin(floor, claim);
      floor.isAway = false;
    }
  } catch (error) {
    const reason = describeError(error);
    if (!floor.isAway) floor.desk.log.warn({ reason }, 'The database has no answer for background work. Trying again.');
    floor.isAway = true;
  }
}

function hasRoom({ running, concurrency }: Floor): boolean {
  return running.size < concurrency;
}

function claimSome({ desk, handlers, owner, concurrency, running }: Floor): Promise<readonly Claim[]> {
  const now = desk.clock.now();
  return claimJobs(desk.storage, {
    owner,
    kinds: [...handlers.keys()],
    limit: concurrency - running.size,
    now,
    leaseUntil: now + desk.timeLimitMs + leaseMarginMs,
  });
}

/** Every job that ends makes room for the next one. */
function begin(floor: Floor, claim: Claim): void {
  const handler = floor.handlers.get(claim.kind);
  const isWanted = handler && floor.state === 'started';
  const work = isWanted ? runJob(floor.desk, claim, handler) : handBack(floor, claim);
  const done = work.finally(() => {
    floor.running.delete(done);
    look(floor);
  });
  floor.running.add(done);
}

/** Where the process was told to end while it was claiming. Should this fail, the lease runs out. */
async function handBack({ desk }: Floor, claim: Claim): Promise<void> {
  await endClaim(desk.storage, claim, { is: 'returned' }).catch(() => {});
}

async function within(ms: number, running: ReadonlySet<Promise<void>>): Promise<void> {
  const patience = new AbortController();
  const late = sleep(ms, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([Promise.all(running), late]);
  patience.abort();
}
