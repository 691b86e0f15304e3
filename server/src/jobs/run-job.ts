import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { backOff } from './back-off.ts';
import { describeError } from './describe-error.ts';
import { type Claim, type Ending, endClaim } from './job-store.ts';
import type { JobHandler, JobTypes } from './jobs.ts';

/** The handler of one kind or another. */
export type AnyJobHandler = { readonly [Kind in keyof JobTypes]: JobHandler<Kind> }[keyof JobTypes];

/** What running a job needs. */
export interface JobDesk {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  /** How often a job is tried before it is given up. */
  readonly maxAttempts: number;
  /** Milliseconds a job may take; then its signal is aborted. */
  readonly timeLimitMs: number;
  /** Aborted when the process wants to end. */
  readonly leaving: AbortSignal;
}

/** Runs a claimed job to one of its endings. Never rejects: what goes wrong is in the job's row and in the log. */
export async function runJob(desk: JobDesk, claim: Claim, handler: AnyJobHandler): Promise<void> {
  const ending = await attempt(desk, claim, handler);
  report(desk, claim, ending);
  try {
    const isOurs = await endClaim(desk.storage, claim, ending);
    if (!isOurs) desk.log.warn(factsOf(claim), 'A job ended after its lease: somebody else has taken it over.');
  } catch (error) {
    const facts = { ...factsOf(claim), reason: describeError(error) };
    desk.log.error(facts, 'A job could not be ended. It runs again when its lease is over.');
  }
}

async function attempt(desk: JobDesk, claim: Claim, handler: AnyJobHandler): Promise<Ending> {
  if (claim.attempt > desk.maxAttempts)
    return { is: 'dead', lastError: 'Every attempt ended with the process that made it.' };
  const timeLimit = AbortSignal.timeout(desk.timeLimitMs);
  const signal = AbortSignal.any([desk.leaving, timeLimit]);
  const { workspaceId, attempt } = claim;
  try {
    await handler({ workspaceId, payload: JSON.parse(claim.payload), attempt, signal });
    return { is: 'done' };
  } catch (error) {
    if (desk.leaving.aborted) return { is: 'returned' };
    const lastError = timeLimit.aborted
      ? `It took longer than ${desk.timeLimitMs / 1_000} seconds.`
      : describeError(error);
    if (attempt >= desk.maxAttempts) return { is: 'dead', lastError };
    return { is: 'failed', lastError, runAt: desk.clock.now() + backOff(attempt, Math.random()) };
  }
}

function report({ log }: JobDesk, claim: Claim, ending: Ending): void {
  if (ending.is === 'failed')
    log.warn({ ...factsOf(claim), reason: ending.lastError }, 'A job failed and is tried again later.');
  if (ending.is === 'dead') log.error({ ...factsOf(claim), reason: ending.lastError }, 'A job is given up.');
}

function factsOf({ id, workspaceId, kind, attempt }: Claim) {
  return { job: id, workspace: workspaceId, kind, attempt };
}
