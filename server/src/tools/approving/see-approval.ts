import { type Approval, type ApprovalStatus, refuseDecision } from '../../approvals/approval.ts';
import { type ApprovalRow, findApprovalRow, listApprovalRows, readApproval } from '../../approvals/approval-store.ts';
import { openArguments } from '../../approvals/sealed-content.ts';
import { type Connection, mayUse } from '../../connections/connection.ts';
import { findConnection } from '../../connections/connection-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';

/** An approval as somebody looks at it. */
export interface SeenApproval {
  readonly approval: Approval;
  readonly row: ApprovalRow;
  readonly connection: Connection;
  /** Whether the one who looks may decide it, and if not why. */
  readonly refusal: string | undefined;
}

/** An approval that the caller asked for or may decide because they may use its connection; NOT_FOUND for every other (S13). */
export async function seeApproval(ctx: Context, id: string): Promise<SeenApproval> {
  const row = await findApprovalRow(ctx.db, id);
  const seen = row && (await seenBy(ctx, row));
  if (!seen) throw new Failure('NOT_FOUND', 'There is no such approval.');
  return seen;
}

async function seenBy(ctx: Context, row: ApprovalRow): Promise<SeenApproval | undefined> {
  const connection = await findConnection(ctx.db, row.connection_id);
  if (!connection || !mayUse(ctx.caller, connection)) return undefined;
  const approval = readApproval(row, isoTime(ctx.clock));
  return { approval, row, connection, refusal: refuseDecision(ctx.caller, approval) };
}

/** The exact arguments of the call, opened for whoever may see the approval. */
export function argumentsOf(ctx: Context, { row }: SeenApproval): Promise<JsonObject> {
  return openArguments(ctx, { id: row.id, workspaceId: ctx.db.workspaceId }, row.arguments_box);
}

export interface ApprovalPage {
  readonly items: readonly SeenApproval[];
  /** The id to go on before, or `undefined` on the last page. */
  readonly next: string | undefined;
}

/** Approvals the caller may see, newest first; a page may be shorter than the limit and still have a next. */
export async function listApprovals(
  ctx: Context,
  wish: { readonly status?: ApprovalStatus | undefined; readonly limit: number; readonly before?: string | undefined },
): Promise<ApprovalPage> {
  const rows = await listApprovalRows(ctx.db, { ...wish, limit: wish.limit + 1 });
  const page = rows.slice(0, wish.limit);
  const seen = await Promise.all(page.map((row) => seenBy(ctx, row)));
  const items = seen
    .filter((each) => each !== undefined)
    .filter(({ approval }) => !wish.status || approval.status === wish.status);
  return { items, next: rows.length > wish.limit ? page.at(-1)?.id : undefined };
}
