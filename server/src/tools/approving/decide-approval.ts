import { type ApprovalChange, moveApproval } from '../../approvals/approval-store.ts';
import { type Decider, deciderOf, type NamedDecider } from '../../approvals/deciding/decider.ts';
import { aboutApproval } from '../../approvals/approval-events.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { runApproved } from './run-approved.ts';
import { seeApproval, type SeenApproval } from './see-approval.ts';

/** A person's word on a call that waits. */
export interface Decision {
  readonly id: string;
  /** For the asker and the record; optional. */
  readonly note?: string | undefined;
  /** The end user whom an app says it was; needed for the connection of one, refused for every other. */
  readonly decidedBy?: NamedDecider | undefined;
  /** What is done in the transaction of the decision besides; where it throws, nothing was decided. */
  readonly beside?: ((trx: WorkspaceTrx) => Promise<void>) | undefined;
}

/**
 * Approves a waiting call and runs exactly what was stored, once (R2, S13). It is ruled again under its asker's authority;
 * whatever has changed since voids it. Throws FORBIDDEN for whoever may not decide, CONFLICT, with the status, where it is no
 * longer waiting.
 */
export async function approveCall(ctx: Context, decision: Decision): Promise<SeenApproval> {
  const seen = await takeDecision(ctx, decision, 'executing');
  await ctx.errands.run(runApproved(ctx, seen));
  ctx.waitingCalls.tell(decision.id);
  return seeApproval(ctx, decision.id);
}

/** Declines a waiting call: it never runs, and its asker is told once. Refused like an approval. */
export async function declineCall(ctx: Context, decision: Decision): Promise<SeenApproval> {
  await takeDecision(ctx, decision, 'declined');
  ctx.waitingCalls.tell(decision.id);
  return seeApproval(ctx, decision.id);
}

/** Moves the approval from pending in one transaction, so that of two deciders one is too late. */
async function takeDecision(ctx: Context, decision: Decision, to: 'executing' | 'declined'): Promise<SeenApproval> {
  const seen = await seeApproval(ctx, decision.id);
  if (seen.refusal !== undefined) throw new Failure('FORBIDDEN', seen.refusal);
  const decider = deciderOf(ctx.caller, seen.connection, decision.decidedBy);
  if (seen.approval.status !== 'pending') throw notWaiting(seen);
  if (await moved(ctx, { seen, decision, decider, to })) return seen;
  throw notWaiting(await seeApproval(ctx, decision.id));
}

interface Move {
  readonly seen: SeenApproval;
  readonly decision: Decision;
  readonly decider: Decider;
  readonly to: 'executing' | 'declined';
}

/** False where somebody was faster, or its time ran out. */
function moved(ctx: Context, { seen, decision, decider, to }: Move): Promise<boolean> {
  const { clock } = ctx;
  const at = isoTime(clock);
  const note = decision.note ?? null;
  const { principal, userId } = decider;
  const change: ApprovalChange = {
    decided_by: principal,
    decided_user_id: userId,
    decided_at: at,
    decision_note: note,
  };
  const { subject, about } = aboutApproval(seen.row);
  const type = to === 'executing' ? 'approval.approved' : 'approval.declined';
  const endUser = seen.connection.endUser && userId;
  const data = { ...about, note, decided_by: principal, decided_by_end_user: endUser };
  return ctx.db.transact(async (trx) => {
    if (!(await moveApproval(trx, { id: decision.id, from: 'pending', to, at }, change))) return false;
    await appendEvent(trx, clock, { type, actor: decider, subject, data });
    await decision.beside?.(trx);
    return true;
  });
}

/** Refuses what is past deciding, saying what became of it. */
export function notWaiting({ approval: { status } }: SeenApproval): Failure {
  const message = `This call no longer waits for a decision: it is ${status}.`;
  return new Failure('CONFLICT', message, { details: { status } });
}
