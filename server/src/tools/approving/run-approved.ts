import { actFor } from '../../access/act-for.ts';
import type { Caller } from '../../access/caller.ts';
import { aboutApproval } from '../../approvals/approval-events.ts';
import { moveApproval } from '../../approvals/approval-store.ts';
import type { ApprovalStatus } from '../../approvals/approval.ts';
import { sealResult } from '../../approvals/sealed-content.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { callTool } from '../call-tool.ts';
import { argumentsOf, type SeenApproval } from './see-approval.ts';

interface Settled {
  readonly status: Extract<ApprovalStatus, 'done' | 'voided' | 'outcome_unknown'>;
  readonly outcome: Outcome;
}

/**
 * Runs an approved call under its asker's authority and stores what it came to. What had not begun, because the process ran
 * out of time to leave (R14) or something of ours failed before, waits for its decision again: nothing of it was sent.
 */
export async function runApproved(ctx: Context, seen: SeenApproval): Promise<void> {
  const settled = await execute(ctx, seen, await prepare(ctx, seen));
  await (settled === 'not_begun' ? giveBack(ctx, seen) : settle(ctx, seen, settled));
}

interface Prepared {
  /** Absent where the credential is gone. */
  readonly asker: Caller | undefined;
  readonly args: JsonObject;
}

async function prepare(ctx: Context, seen: SeenApproval): Promise<Prepared> {
  try {
    const asker = await ctx.access.revive(seen.approval.principal, ctx.caller.workspaceId);
    return { asker, args: await argumentsOf(ctx, seen) };
  } catch (error) {
    await giveBack(ctx, seen);
    throw error;
  }
}

async function execute(ctx: Context, seen: SeenApproval, { asker, args }: Prepared): Promise<Settled | 'not_begun'> {
  if (ctx.deadline.aborted) return 'not_begun';
  if (!asker) return voidedBecause('The credential that asked for this call is gone, so it was not run.');
  try {
    const { onBehalfOf } = seen.approval;
    const caller = onBehalfOf === undefined ? asker : await actFor(ctx.db, asker, onBehalfOf);
    return await runAs({ ...ctx, caller, signal: ctx.deadline }, seen, args);
  } catch (error) {
    if (error instanceof Failure) return voidedBecause(error.message);
    ctx.log.error({ err: error, approval: seen.approval.id }, 'an approved call broke off');
    return {
      status: 'outcome_unknown',
      outcome: { status: 'outcome_unknown', message: 'The call broke off after it was approved. It is not repeated.' },
    };
  }
}

/** The asker's call with the person's grant, on the instance's own time: whoever approved may leave. */
async function runAs(
  ctx: Context,
  { approval, connection }: SeenApproval,
  args: JsonObject,
): Promise<Settled | 'not_begun'> {
  const result = await callTool(ctx, {
    tool: { connection: connection.id, tool: approval.tool },
    arguments: args,
    door: 'approval',
    grant: { approvalId: approval.id, digest: approval.digest },
  });
  if (result.status === 'needs_approval')
    return voidedBecause('The call would have to be asked for again, so it was not run.');
  if (result.status === 'unavailable' && ctx.deadline.aborted) return 'not_begun';
  if (result.status === 'outcome_unknown') return { status: result.status, outcome: result };
  const isVoid = result.status === 'rejected' && result.reason === 'voided';
  return { status: isVoid ? 'voided' : 'done', outcome: result };
}

function voidedBecause(message: string): Settled {
  return { status: 'voided', outcome: { status: 'rejected', reason: 'voided', message } };
}

async function settle(ctx: Context, { approval, row }: SeenApproval, { status, outcome }: Settled): Promise<void> {
  const box = await sealResult(ctx, { id: approval.id, workspaceId: ctx.db.workspaceId }, outcome);
  const { subject, about } = aboutApproval(row);
  await ctx.db.transact(async (trx) => {
    const move = { id: approval.id, from: 'executing', to: status, at: isoTime(ctx.clock) } as const;
    if (!(await moveApproval(trx, move, { result_box: box }))) return;
    const data = { ...about, status };
    await appendEvent(trx, ctx.clock, { type: 'approval.settled', actor: systemActor, subject, data });
  });
}

async function giveBack(ctx: Context, { approval, row }: SeenApproval): Promise<void> {
  const { subject, about } = aboutApproval(row);
  const undecided = { decided_by: null, decided_user_id: null, decided_at: null, decision_note: null };
  await ctx.db.transact(async (trx) => {
    const move = { id: approval.id, from: 'executing', to: 'pending', at: isoTime(ctx.clock) } as const;
    if (!(await moveApproval(trx, move, undecided))) return;
    await appendEvent(trx, ctx.clock, { type: 'approval.returned', actor: systemActor, subject, data: about });
  });
}
