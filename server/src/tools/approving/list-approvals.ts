import { policyOf } from '../../access/policy/workspace-policy.ts';
import { type ApprovalFilter, listApprovalRows } from '../../approvals/list-approval-rows.ts';
import type { ApprovalRow } from '../../approvals/approval-store.ts';
import { findConnections } from '../../connections/connection-store.ts';
import { mayUse } from '../../connections/connection.ts';
import type { Context } from '../../context.ts';
import { isoTime } from '../../lib/clock.ts';
import { seenBy, type SeenApproval } from './see-approval.ts';

export interface ApprovalPage {
  readonly items: readonly SeenApproval[];
  /** The id to go on before, or `undefined` on the last page. */
  readonly next: string | undefined;
}

/** Approvals the caller may see, newest first, narrowed as wished; a page may be shorter than the limit and still have a next. */
export async function listApprovals(
  ctx: Context,
  wish: ApprovalFilter & { readonly limit: number; readonly before?: string | undefined },
): Promise<ApprovalPage> {
  const { caller, db, clock } = ctx;
  const { rows, next } = await listApprovalRows(db, { ...wish, now: isoTime(clock), viewer: caller });
  return { items: await seenOf(ctx, rows), next };
}

async function seenOf(ctx: Context, rows: readonly ApprovalRow[]): Promise<SeenApproval[]> {
  const ids = new Set(rows.map((row) => row.connection_id));
  const [policy, connections] = await Promise.all([policyOf(ctx.db), findConnections(ctx.db, [...ids])]);
  return rows.flatMap((row) => {
    const connection = connections.get(row.connection_id);
    return connection && mayUse(ctx.caller, connection) ? [seenBy(ctx, { row, connection, policy })] : [];
  });
}
