import { never } from '../../../jobs/job-store.ts';

const hourMs = 3_600_000;
/** How often the provider of a connection that works is asked about it. */
const usualMs = 6 * hourMs;
/** When one that had failed is asked about again. A provider that goes on refusing is left alone: some lock accounts. */
const afterFailureMs = [hourMs, 6 * hourMs, 24 * hourMs] as const;

/** What is known of a connection when its next look is planned. */
export interface Looked {
  readonly status: string;
  readonly isDeleted: boolean;
  /** How often in a row it was looked at since it failed. */
  readonly looks: number;
}

/**
 * When a connection is looked at next, in milliseconds since the epoch; up to a quarter earlier or later by chance
 * (0 ≤ chance < 1), so that what was made together is not looked at together.
 */
export function nextLook({ status, isDeleted, looks }: Looked, now: number, chance: number): number {
  const waitMs = isDeleted ? undefined : status === 'auth_failed' ? afterFailureMs[looks] : usualMs;
  return waitMs === undefined ? never : now + Math.round(waitMs * (0.75 + chance / 2));
}
