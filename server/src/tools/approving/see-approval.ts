import { policyOf, type WorkspacePolicy } from '../../access/policy/workspace-policy.ts';
import { type Approval, refuseDecision } from '../../approvals/approval.ts';
import { type ApprovalRow, findApprovalRow, readApproval } from '../../approvals/approval-store.ts';
import { openArguments } from '../../approvals/sealed-content.ts';
import { settledOutcome } from '../../approvals/settled-outcome.ts';
import { type Connection, mayUse } from '../../connections/connection.ts';
import { findConnection } from '../../connections/connection-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Outcome } from '../../transports/outcome.ts';

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
  const connection = row && (await findConnection(ctx.db, row.connection_id));
  if (row && connection && mayUse(ctx.caller, connection))
    return seenBy(ctx, { row, connection, policy: await policyOf(ctx.db) });
  throw new Failure('NOT_FOUND', 'There is no such approval.');
}

/** What the caller, who may use the connection, sees of an approval. */
export function seenBy(
  ctx: Pick<Context, 'caller' | 'clock'>,
  found: { readonly row: ApprovalRow; readonly connection: Connection; readonly policy: WorkspacePolicy },
): SeenApproval {
  const { row, connection, policy } = found;
  const approval = readApproval(row, isoTime(ctx.clock));
  // A personal connection is decided by its owner alone, who is also the only one to ask: there is no second person.
  const secondPerson = policy.secondPerson && connection.scope !== 'personal';
  return { approval, row, connection, refusal: refuseDecision(ctx.caller, { ...approval, secondPerson }) };
}

/** The exact arguments of the call, opened for whoever may see the approval. */
export function argumentsOf(ctx: Context, { row }: SeenApproval): Promise<JsonObject> {
  return openArguments(ctx, { id: row.id, workspaceId: ctx.db.workspaceId }, row.arguments_box);
}

/** What became of it, for whoever may see it; nothing while it waits or is being carried out. */
export async function outcomeOf(ctx: Context, { approval, row }: SeenApproval): Promise<Outcome | undefined> {
  const isOpen = approval.status === 'pending' || approval.status === 'executing';
  return isOpen ? undefined : settledOutcome(ctx, row);
}
