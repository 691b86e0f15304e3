import { databaseTime } from '../../storage/leases/database-time.ts';
import type { Engine, WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';
import { columnsOf, type Grant, type SealedGrant, untouched } from './grant-store.ts';

/** A grant that one process may renew, for a while. */
export interface Lease {
  readonly connectionId: string;
  /** The version of the grant it was taken of. */
  readonly version: number;
  readonly owner: string;
  /** Goes up with every lease of the grant: an older one is worth nothing. */
  readonly fence: number;
}

export interface LeaseWish {
  readonly engine: Engine;
  readonly owner: string;
  readonly leaseMs: number;
  /** When the request begins (RFC 3339), for people. */
  readonly startedAt: string;
}

/**
 * Takes the lease and puts on record, in the same transaction, that a request is begun with this version (R1): it is committed
 * before anything is sent. `undefined` where somebody else holds it, or it is not the grant any more that was read.
 */
export function leaseGrant(db: WorkspaceDb, read: Grant, wish: LeaseWish): Promise<Lease | undefined> {
  const { connectionId, version, unanswered } = read;
  const { engine, owner, leaseMs, startedAt } = wish;
  const now = databaseTime(engine);
  return db.transact(async ({ rows }) => {
    const row = await rows
      .updateTable('grants')
      .set((eb) => ({
        lease_owner: owner,
        lease_until: eb(now, '+', leaseMs),
        fence: eb('fence', '+', 1),
        attempt_version: version,
        attempt_started_at: startedAt,
        attempts: unanswered + 1,
      }))
      .where('connection_id', '=', connectionId)
      .where('version', '=', version)
      .where('fence', '=', read.fence)
      .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
      .returning('fence')
      .executeTakeFirst();
    return row && { connectionId, version, owner, fence: row.fence };
  });
}

/** Puts what came of the request, and ends the lease; false, and nothing changed, where somebody else holds it by now. */
export function settleGrant(trx: WorkspaceTrx, lease: Lease, grant: SealedGrant): Promise<boolean> {
  return change(trx, lease, { ...columnsOf(grant), ...untouched });
}

/** What is known of a grant that could not be renewed now. */
export interface Setback {
  /** In milliseconds since the epoch; null: not by itself. */
  readonly renewAt: number | null;
  readonly failures: number;
  readonly problem: string;
  /** How many requests nobody heard the answer of. Default: none. */
  readonly unanswered?: number;
}

/** Ends the lease without a new token; false, and nothing changed, where somebody else holds it by now. */
export function releaseGrant(trx: WorkspaceTrx, lease: Lease, setback: Setback): Promise<boolean> {
  const { renewAt, failures, problem, unanswered = 0 } = setback;
  const attempts = unansweredColumns(lease.version, unanswered);
  return change(trx, lease, { ...untouched, ...attempts, renew_at: renewAt, failures, problem });
}

/** Gives back a lease with which nothing was sent: the grant is again as it was read. */
export async function returnGrant(
  trx: WorkspaceTrx,
  { connectionId, version, unanswered }: Grant,
  owner: string,
): Promise<void> {
  await trx.rows
    .updateTable('grants')
    .set({ ...nobodys, ...unansweredColumns(version, unanswered) })
    .where('connection_id', '=', connectionId)
    .where('version', '=', version)
    .where('lease_owner', '=', owner)
    .execute();
}

function unansweredColumns(version: number, unanswered: number) {
  return { attempts: unanswered, attempt_version: unanswered > 0 ? version : null };
}

/**
 * Puts off a grant that nobody holds a lease of; whoever held one is refused. False, and nothing changed, where it is not the
 * grant any more that was read.
 */
export async function putOffGrant(
  trx: WorkspaceTrx,
  { connectionId, version, fence }: Grant,
  { engine, renewAt, failures, problem }: Omit<Setback, 'unanswered'> & { readonly engine: Engine },
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('grants')
    .set((eb) => ({ ...nobodys, fence: eb('fence', '+', 1), renew_at: renewAt, failures, problem }))
    .where('connection_id', '=', connectionId)
    .where('version', '=', version)
    .where('fence', '=', fence)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', databaseTime(engine))]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

const nobodys = { lease_owner: null, lease_until: null };

async function change(trx: WorkspaceTrx, lease: Lease, columns: object): Promise<boolean> {
  const result = await trx.rows
    .updateTable('grants')
    .set(columns)
    .where('connection_id', '=', lease.connectionId)
    .where('version', '=', lease.version)
    .where('fence', '=', lease.fence)
    .where('lease_owner', '=', lease.owner)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Milliseconds that somebody still holds a lease of the grant; 0 where nobody does. */
export async function leasedFor(db: Pick<WorkspaceDb, 'rows'>, engine: Engine, connectionId: string): Promise<number> {
  const row = await db.rows
    .selectFrom('grants')
    .select(({ eb }) => eb('lease_until', '-', databaseTime(engine)).as('left'))
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return Math.max(Number(row?.left ?? 0), 0);
}
