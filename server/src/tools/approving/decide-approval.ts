import type { Caller } from '../../access/caller.ts';
import { type ApprovalChange, moveApproval } from '../../approvals/approval-store.ts';
import type { ApprovalStatus } from '../../approvals/approval.ts';
import { openArguments, sealResult } from '../../approvals/sealed-content.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent, systemActor } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { callTool } from '../call-tool.ts';
import { seeApproval, type SeenApproval } from './see-approval.ts';

/** A person's word on a call that waits. */
export interface Decision {
  readonly id: string;
  /** For the asker and the record; optional. */
  readonly note?: string | undefined;
}

/**
 * Approves a waiting call and runs exactly what was stored, once (R2, S13). It is ruled again under its asker's authority;
 * whatever has changed since voids it. Throws FORBIDDEN for whoever may not decide, CONFLICT where it is no longer waiting.
 */
export async function approveCall(ctx: Context, decision: Decision): Promise<SeenApproval> {
  const seen = await takeDecision(ctx, decision, 'executing');
  const settled = await execute(ctx, seen);
  await settle(ctx, seen, settled);
  return seeApproval(ctx, decision.id);
}

/** Declines a waiting call: it never runs, and its asker is told once. Refused like an approval. */
export async function declineCall(ctx: Context, decision: Decision): Promise<SeenApproval> {
  await takeDecision(ctx, decision, 'declined');
  return seeApproval(ctx, decision.id);
}

/** Moves the approval from pending in one transaction, so that of two deciders one is too late. */
async function takeDecision(ctx: Context, { id, note }: Decision, to: 'executing' | 'declined'): Promise<SeenApproval> {
  const seen = await seeApproval(ctx, id);
  if (seen.refusal !== undefined) throw new Failure('FORBIDDEN', seen.refusal);
  if (seen.approval.status !== 'pending') throw notWaiting(seen.approval.status);
  const at = isoTime(ctx.clock);
  const change: ApprovalChange = {
    decided_by: ctx.caller.principal,
    decided_user_id: ctx.caller.userId,
    decided_at: at,
    decision_note: note ?? null,
  };
  await ctx.db.transact(async (trx) => {
    if (!(await moveApproval(trx, { id, from: 'pending', to, at }, change))) throw notWaiting('decided');
    await appendEvent(trx, ctx.clock, {
      type: to === 'executing' ? 'approval.approved' : 'approval.declined',
      actor: actorOf(ctx.caller),
      subject: `approval:${id}`,
      data: { connection_id: seen.connection.id, tool: seen.approval.tool, note: note ?? null },
    });
  });
  return seen;
}

function notWaiting(status: string): Failure {
  return new Failure('CONFLICT', `This call no longer waits for a decision: it is ${status}.`);
}

interface Settled {
  readonly status: Extract<ApprovalStatus, 'done' | 'voided' | 'outcome_unknown'>;
  readonly outcome: Outcome;
}

async function execute(ctx: Context, seen: SeenApproval): Promise<Settled> {
  const asker = await ctx.access.revive(seen.approval.principal, ctx.caller.workspaceId);
  if (!asker) return voidedBecause('The credential that asked for this call is gone, so it was not run.');
  try {
    return await runAs(ctx, asker, seen);
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
async function runAs(ctx: Context, caller: Caller, { approval, row, connection }: SeenApproval): Promise<Settled> {
  const args = await openArguments(ctx, { id: approval.id, workspaceId: ctx.db.workspaceId }, row.arguments_box);
  const asking: Context = { ...ctx, caller, signal: new AbortController().signal };
  const result = await callTool(asking, {
    tool: { connection: connection.id, tool: approval.tool },
    arguments: args,
    door: 'approval',
    grant: { approvalId: approval.id, digest: approval.digest },
  });
  if (result.status === 'needs_approval')
    return voidedBecause('The call would have to be asked for again, so it was not run.');
  if (result.status === 'outcome_unknown') return { status: result.status, outcome: result };
  const isVoid = result.status === 'rejected' && result.reason === 'voided';
  return { status: isVoid ? 'voided' : 'done', outcome: result };
}

function voidedBecause(message: string): Settled {
  return { status: 'voided', outcome: { status: 'rejected', reason: 'voided', message } };
}

async function settle(
  ctx: Context,
  { approval, connection }: SeenApproval,
  { status, outcome }: Settled,
): Promise<void> {
  const box = await sealResult(ctx, { id: approval.id, workspaceId: ctx.db.workspaceId }, outcome);
  await ctx.db.transact(async (trx) => {
    const move = { id: approval.id, from: 'executing', to: status, at: isoTime(ctx.clock) } as const;
    await moveApproval(trx, move, { result_box: box });
    await appendEvent(trx, ctx.clock, {
      type: 'approval.settled',
      actor: systemActor,
      subject: `approval:${approval.id}`,
      data: { connection_id: connection.id, tool: approval.tool, status },
    });
  });
}
