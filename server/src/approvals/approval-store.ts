import { type Insertable, type Selectable, sql } from 'kysely';
import { isEndUserPrincipal } from '../access/end-users/as-end-user.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { readJsonObject, readTextList } from '../lib/json.ts';
import type { Erasable, Fixed, WorkspaceColumn } from '../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import { type Approval, type ApprovalStatus, approvalStatuses } from './approval.ts';

export interface ApprovalsTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  digest: Fixed<string>;
  principal: Erasable<string>;
  user_id: Erasable<string>;
  lineage: Fixed<string>;
  door: Fixed<string>;
  connection_id: Fixed<string>;
  connection_generation: Fixed<number>;
  connector_id: Fixed<string>;
  tool: Fixed<string>;
  tool_digest: Fixed<string>;
  policy_version: Fixed<number>;
  target: Fixed<string>;
  arguments_box: Fixed<string>;
  summary: Erasable<string>;
  status: string;
  decided_by: string | null;
  decided_user_id: string | null;
  decided_at: string | null;
  decision_note: string | null;
  result_box: string | null;
  collected_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  acknowledged_user_id: string | null;
  acknowledgement_note: string | null;
  created_at: Fixed<string>;
  expires_at: Fixed<string>;
  updated_at: string;
}

declare module '../storage/schema.ts' {
  interface Tables {
    approvals: ApprovalsTable;
  }
}

export type ApprovalRow = Selectable<ApprovalsTable>;
export type NewApprovalRow = Insertable<ApprovalsTable>;
export type ApprovalChange = Partial<
  Pick<ApprovalRow, 'decided_by' | 'decided_user_id' | 'decided_at' | 'decision_note' | 'result_box'>
>;
export type Acknowledgement = Pick<
  ApprovalRow,
  'acknowledged_at' | 'acknowledged_by' | 'acknowledged_user_id' | 'acknowledgement_note'
>;

export function findApprovalRow(db: WorkspaceRows, id: string): Promise<ApprovalRow | undefined> {
  return db.rows.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
}

/** How long a result waits for the same call to fetch it, in milliseconds. After that the call is a new question. */
const keptForCallMs = 24 * 3_600_000;

/** The newest approval of this asker for this very call that is still open, or was settled within a day and not yet collected. */
export function findOpen(
  db: WorkspaceRows,
  clock: Clock,
  ask: { readonly principal: string; readonly digest: string },
): Promise<ApprovalRow | undefined> {
  return db.rows
    .selectFrom('approvals')
    .selectAll()
    .where('principal', '=', ask.principal)
    .where('digest', '=', ask.digest)
    .where('collected_at', 'is', null)
    .where('status', '!=', 'expired')
    .where((where) =>
      where.or([
        where('status', 'in', ['pending', 'executing']),
        where('updated_at', '>', isoTime(clock, -keptForCallMs)),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Which of these approvals, of whatever workspace, no longer wait and are not being carried out. */
export async function findSettled(storage: Storage, clock: Clock, ids: readonly string[]): Promise<string[]> {
  const rows = await storage.rows
    .selectFrom('approvals')
    .select('id')
    .where('id', 'in', [...ids])
    .where((where) =>
      where.or([
        where('status', 'not in', ['pending', 'executing']),
        where.and([where('status', '=', 'pending'), where('expires_at', '<=', isoTime(clock))]),
      ]),
    )
    .execute();
  return rows.map(({ id }) => id);
}

/** Keeps a connection from being cut off until this transaction is over; false where it was before. */
export async function holdConnection(trx: WorkspaceTrx, engine: Storage['engine'], id: string): Promise<boolean> {
  const live = trx.rows.selectFrom('connections').select('id').where('id', '=', id).where('deleted_at', 'is', null);
  // With SQLite nobody else writes while we do.
  const held = await (engine === 'postgres' ? live.forShare() : live).executeTakeFirst();
  return held !== undefined;
}

/** Stores a new approval; false where this asker already has one waiting for the same call. */
export async function insertApproval(trx: WorkspaceTrx, row: NewApprovalRow): Promise<boolean> {
  const result = await trx.rows
    .insertInto('approvals')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'principal', 'digest']).where('status', '=', sql.lit('pending')).doNothing(),
    )
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Moves an approval on, only from the status it is expected to have; false where somebody was faster. */
export async function moveApproval(
  trx: WorkspaceTrx,
  move: { readonly id: string; readonly from: ApprovalStatus; readonly to: ApprovalStatus; readonly at: string },
  change: ApprovalChange = {},
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('approvals')
    .set({ ...change, status: move.to, updated_at: move.at })
    .where('id', '=', move.id)
    .where('status', '=', move.from)
    .$if(isDecision(move), (query) => query.where('expires_at', '>', move.at))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Nobody decides what is past its time, also where it ran out a moment ago. */
function isDecision({ from, to }: { readonly from: ApprovalStatus; readonly to: ApprovalStatus }): boolean {
  return from === 'pending' && to !== 'expired';
}

/** Marks a settled approval as handed to its asker; false where it already was: a result is handed out once. */
export async function collectApproval(trx: WorkspaceTrx, id: string, at: string): Promise<boolean> {
  const result = await trx.rows
    .updateTable('approvals')
    .set({ collected_at: at, updated_at: at })
    .where('id', '=', id)
    .where('collected_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Marks an unknown outcome as seen by a person; false where it is none, or somebody was faster. */
export async function acknowledgeApproval(trx: WorkspaceTrx, id: string, seen: Acknowledgement): Promise<boolean> {
  const result = await trx.rows
    .updateTable('approvals')
    .set(seen)
    .where('id', '=', id)
    .where('status', '=', 'outcome_unknown')
    .where('acknowledged_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** An approval from its row; one that is pending past its time reads as expired. */
export function readApproval(row: ApprovalRow, now: string): Approval {
  const { label, effect, destructive, onBehalfOf } = readSummary(row);
  return {
    id: row.id,
    digest: row.digest,
    principal: row.principal,
    userId: row.user_id,
    lineage: readTextList(row.lineage),
    connectionId: row.connection_id,
    connectionGeneration: row.connection_generation,
    connectorId: row.connector_id,
    tool: row.tool,
    toolDigest: row.tool_digest,
    policyVersion: row.policy_version,
    target: row.target,
    endUserId: endUserOf(row),
    effect,
    destructive,
    onBehalfOf,
    toolLabel: label,
    status: statusOf(row, now),
    decidedBy: row.decided_by,
    decidedUserId: row.decided_user_id,
    decidedAt: row.decided_at,
    decisionNote: row.decision_note,
    collectedAt: row.collected_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    acknowledgementNote: row.acknowledgement_note,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    updatedAt: row.updated_at,
  };
}

/** What a row says of the call besides its columns. */
export function readSummary({ summary, tool }: Pick<ApprovalRow, 'summary' | 'tool'>) {
  const { effect, destructive, label, on_behalf_of } = readJsonObject(summary);
  return {
    effect: effect === 'read' ? 'read' : 'write',
    destructive: destructive === true,
    label: typeof label === 'string' ? label : tool,
    onBehalfOf: typeof on_behalf_of === 'string' ? on_behalf_of : undefined,
  } as const;
}

/** The row of the end user whose token asked; `undefined` where another credential did. */
export function endUserOf({ principal, user_id }: Pick<ApprovalRow, 'principal' | 'user_id'>): string | undefined {
  return isEndUserPrincipal(principal) ? user_id : undefined;
}

function statusOf(row: ApprovalRow, now: string): ApprovalStatus {
  if (row.status === 'pending' && row.expires_at <= now) return 'expired';
  return approvalStatuses.find((status) => status === row.status) ?? 'voided';
}
