import type { Clock } from '../lib/clock.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';

/** Every kind of background work and what it carries. Rooms add theirs by `declare module`; never a secret. */
export interface JobTypes {}

export interface NewJob<Kind extends keyof JobTypes> {
  readonly kind: Kind;
  readonly payload: JobTypes[Kind];
  /** At most one waiting job per kind and key; a second one is dropped. */
  readonly uniqueKey?: string;
  /** Milliseconds from now. */
  readonly delayMs?: number;
}

/** Enqueues background work in the transaction of the change that asks for it (R7). */
export type Enqueue = <Kind extends keyof JobTypes>(
  trx: WorkspaceTrx,
  clock: Clock,
  job: NewJob<Kind>,
) => Promise<void>;

/** Does one job. Throwing means: again later, with back-off, up to a limit. At least once, so it must be idempotent. */
export type JobHandler<Kind extends keyof JobTypes> = (job: {
  readonly workspaceId: string;
  readonly payload: JobTypes[Kind];
  readonly attempt: number;
  readonly signal: AbortSignal;
}) => Promise<void>;
