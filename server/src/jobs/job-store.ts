import type { DeleteResult, UpdateResult } from 'kysely';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    jobs: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      kind: Fixed<string>;
      payload: string;
      /** With the workspace in front: two workspaces never share one. */
      unique_key: string | null;
      /** Milliseconds since the epoch, as all times here; `never` for a job that is given up. */
      run_at: number;
      attempts: number;
      lease_owner: string | null;
      lease_until: number | null;
      /** Goes up with every claim: who holds an older one has lost the job. */
      fence: number;
      last_error: string | null;
      created_at: Fixed<string>;
    };
  }
}

/** The last millisecond a Date can hold: when a job that is given up would run. */
export const never = 8_640_000_000_000_000;

/** A job that somebody holds for a while. */
export interface Claim {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: string;
  readonly payload: string;
  readonly runAt: number;
  /** 1 for the first. */
  readonly attempt: number;
  readonly fence: number;
}

export interface ClaimWish {
  readonly owner: string;
  readonly kinds: readonly string[];
  readonly limit: number;
  readonly now: number;
  readonly leaseUntil: number;
}

/** Claims jobs that are due, the longest waiting first; one whose lease has run out counts as due (R7). */
export async function claimJobs(storage: Storage, wish: ClaimWish): Promise<readonly Claim[]> {
  if (wish.kinds.length === 0) return [];
  const isAnyDue = (await dueJobs(storage, wish).limit(1).execute()).length > 0;
  if (!isAnyDue) return [];
  return storage.transact(async (trx) => {
    const due = dueJobs(trx, wish).limit(wish.limit);
    const claims = await (storage.engine === 'postgres' ? due.forUpdate().skipLocked() : due).execute();
    for (const claim of claims) await lease(trx.workspace(claim.workspaceId), claim, wish);
    return claims;
  });
}

function dueJobs({ rows }: Pick<Storage, 'rows'>, { kinds, now }: ClaimWish) {
  return rows
    .selectFrom('jobs')
    .select(({ eb }) => [
      'id',
      'workspace_id as workspaceId',
      'kind',
      'payload',
      'run_at as runAt',
      eb('attempts', '+', 1).as('attempt'),
      eb('fence', '+', 1).as('fence'),
    ])
    .where('run_at', '<=', now)
    .where('kind', 'in', kinds)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('run_at')
    .orderBy('id');
}

async function lease({ rows }: WorkspaceTrx, claim: Claim, { owner, leaseUntil }: ClaimWish): Promise<void> {
  await rows
    .updateTable('jobs')
    .set({ lease_owner: owner, lease_until: leaseUntil, attempts: claim.attempt, fence: claim.fence })
    .where('id', '=', claim.id)
    .execute();
}

/** What becomes of a job that was held. */
export type Ending =
  | { readonly is: 'done' }
  /** Tried again at this time. */
  | { readonly is: 'failed'; readonly runAt: number; readonly lastError: string }
  /** Kept to be looked at, and never tried again. */
  | { readonly is: 'dead'; readonly lastError: string }
  /** Not tried after all. */
  | { readonly is: 'returned' };

/**
 * Ends a claim; answers false, and changes nothing, where somebody else holds the job by now. A job that was asked for again
 * while it ran is neither done nor dead: it runs once more.
 */
export function endClaim(storage: Storage, claim: Claim, ending: Ending): Promise<boolean> {
  return storage.workspace(claim.workspaceId).transact(async ({ rows }) => {
    const held = rows.updateTable('jobs').where('id', '=', claim.id).where('fence', '=', claim.fence);
    const same = held.where('run_at', '=', claim.runAt);
    const again = held.set({ ...free, attempts: 0 });
    switch (ending.is) {
      case 'done': {
        const job = rows.deleteFrom('jobs').where('id', '=', claim.id).where('fence', '=', claim.fence);
        return (await touched(job.where('run_at', '=', claim.runAt))) || touched(again);
      }
      case 'dead':
        return (
          (await touched(same.set({ ...free, run_at: never, unique_key: null, last_error: ending.lastError }))) ||
          touched(again)
        );
      case 'failed':
        return touched(held.set({ ...free, run_at: ending.runAt, last_error: ending.lastError }));
      case 'returned':
        return touched(held.set({ ...free, attempts: claim.attempt - 1 }));
    }
  });
}

const free = { lease_owner: null, lease_until: null };

interface Change {
  executeTakeFirst(): Promise<UpdateResult | DeleteResult>;
}

async function touched(change: Change): Promise<boolean> {
  const result = await change.executeTakeFirst();
  return ('numUpdatedRows' in result ? result.numUpdatedRows : result.numDeletedRows) > 0;
}
