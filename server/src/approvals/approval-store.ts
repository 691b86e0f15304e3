import { type Insertable, type Selectable, sql } from 'kysely';
import { readJsonObject, readTextList } from '../lib/json.ts';
import type { Fixed, WorkspaceColumn } from '../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import { type Approval, type ApprovalStatus, approvalStatuses } from './approval.ts';

export interface ApprovalsTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  digest: Fixed<string>;
  principal: Fixed<string>;
  user_id: Fixed<string>;
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
  summary: Fixed<string>;
  status: string;
  decided_by: string | null;
  decided_user_id: string | null;
  decided_at: string | null;
  decision_note: string | null;
  result_box: string | null;
  collected_at: string | null;
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

export function findApprovalRow(db: WorkspaceRows, id: string): Promise<ApprovalRow | undefined> {
  return db.rows.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest approval of this asker for this very call that is still open, or settled and not yet collected. */
export function findOpen(
  db: WorkspaceRows,
  ask: { readonly principal: string; readonly digest: string },
): Promise<ApprovalRow | undefined> {
  return db.rows
    .selectFrom('approvals')
    .selectAll()
    .where('principal', '=', ask.principal)
    .where('digest', '=', ask.digest)
    .where('collected_at', 'is', null)
    .where('status', '!=', 'expired')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly limit: number;
  /** Approvals older than this id; ids are ordered by time. */
  readonly before?: string | undefined;
}

/** Newest first. */
export function listApprovalRows(db: WorkspaceRows, filter: ApprovalFilter): Promise<ApprovalRow[]> {
  return db.rows
    .selectFrom('approvals')
    .selectAll()
    .$if(filter.status !== undefined, (query) => query.where('status', 'in', storedAs(filter.status ?? 'pending')))
    .$if(filter.before !== undefined, (query) => query.where('id', '<', filter.before ?? ''))
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
}

/** What a row may hold while it reads as this status: one that is past its time is still `pending` until it is swept. */
function storedAs(status: ApprovalStatus): ApprovalStatus[] {
  return status === 'expired' ? ['expired', 'pending'] : [status];
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
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
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

/** An approval from its row; one that is pending past its time reads as expired. */
export function readApproval(row: ApprovalRow, now: string): Approval {
  const summary = readJsonObject(row.summary);
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
    effect: summary['effect'] === 'read' ? 'read' : 'write',
    destructive: summary['destructive'] === true,
    status: statusOf(row, now),
    decidedBy: row.decided_by,
    decidedUserId: row.decided_user_id,
    decidedAt: row.decided_at,
    decisionNote: row.decision_note,
    collectedAt: row.collected_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    updatedAt: row.updated_at,
  };
}

function statusOf(row: ApprovalRow, now: string): ApprovalStatus {
  if (row.status === 'pending' && row.expires_at <= now) return 'expired';
  return approvalStatuses.find((status) => status === row.status) ?? 'voided';
}
