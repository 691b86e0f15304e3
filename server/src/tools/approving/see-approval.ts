import type { Caller } from '../../access/caller.ts';
import { findEndUsers } from '../../access/end-users/end-user-store.ts';
import { policyOf, type WorkspacePolicy } from '../../access/policy/workspace-policy.ts';
import type { Approval } from '../../approvals/approval.ts';
import { type ApprovalRow, findApprovalRow, readApproval } from '../../approvals/approval-store.ts';
import { maySee } from '../../approvals/deciding/may-see.ts';
import { refuseDecision } from '../../approvals/deciding/refuse-decision.ts';
import { openArguments } from '../../approvals/sealed-content.ts';
import { settledOutcome } from '../../approvals/settled-outcome.ts';
import type { Connection } from '../../connections/connection.ts';
import { findConnections } from '../../connections/connection-store.ts';
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
  /** The end user of an app for whom it was asked, as the app calls them; null where it was for none, or they were erased. */
  readonly endUser: { readonly externalId: string } | null;
  /** Whether the one who looks may decide it, and if not why. */
  readonly refusal: string | undefined;
}

type Looking = Pick<Context, 'caller' | 'db' | 'clock'>;

/** An approval that the caller may see because they asked for it or may decide it; NOT_FOUND for every other (S13). */
export async function seeApproval(ctx: Looking, id: string): Promise<SeenApproval> {
  const row = await findApprovalRow(ctx.db, id);
  const [seen] = row === undefined ? [] : await seeApprovals(ctx, [row]);
  if (seen) return seen;
  throw new Failure('NOT_FOUND', 'There is no such approval.');
}

/** Those of these approvals that the caller may see. */
export async function seeApprovals(ctx: Looking, rows: readonly ApprovalRow[]): Promise<readonly SeenApproval[]> {
  const { caller, db, clock } = ctx;
  const approvals = rows.map((row) => ({ row, approval: readApproval(row, isoTime(clock)) }));
  const [policy, connections, endUsers] = await Promise.all([
    policyOf(db),
    findConnections(db, distinct(rows.map((row) => row.connection_id))),
    findEndUsers(db, distinct(approvals.flatMap(({ approval }) => approval.endUserId ?? []))),
  ]);
  return approvals.flatMap(({ row, approval }) => {
    const connection = connections.get(row.connection_id);
    if (!connection || !maySee(caller, connection, approval)) return [];
    const endUser = endUsers.get(approval.endUserId ?? '') ?? null;
    return [{ approval, row, connection, endUser, refusal: refusalFor(caller, { approval, connection, policy }) }];
  });
}

interface Asked {
  readonly approval: Approval;
  readonly connection: Connection;
  readonly policy: WorkspacePolicy;
}

function refusalFor(caller: Caller, { approval, connection, policy }: Asked): string | undefined {
  // A personal connection is decided by its owner alone, who is also the only one to ask: there is no second person.
  const secondPerson = policy.secondPerson && connection.scope !== 'personal';
  return refuseDecision(caller, { ...approval, endUser: connection.endUser, secondPerson });
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
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
