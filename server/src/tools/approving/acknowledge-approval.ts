import { aboutApproval } from '../../approvals/approval-events.ts';
import { deciderOf } from '../../approvals/deciding/decider.ts';
import { acknowledgeApproval } from '../../approvals/approval-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Decision } from './decide-approval.ts';
import { seeApproval, type SeenApproval } from './see-approval.ts';

/**
 * Marks that a person has seen, and looked after, a call of which nobody knows whether it happened (R2). It runs nothing.
 * Throws FORBIDDEN for whoever may not decide it, CONFLICT, with the status, where there is nothing to see or it was seen.
 */
export async function acknowledgeOutcome(ctx: Context, acknowledging: Acknowledging): Promise<SeenApproval> {
  const { caller, clock } = ctx;
  const { id, note = null, decidedBy } = acknowledging;
  const seen = await seeApproval(ctx, id);
  if (seen.refusal !== undefined) throw new Failure('FORBIDDEN', seen.refusal);
  const who = deciderOf(caller, seen.connection, decidedBy);
  const { subject, about } = aboutApproval(seen.row);
  const mark = {
    acknowledged_at: isoTime(clock),
    acknowledged_by: who.principal,
    acknowledged_user_id: who.userId,
    acknowledgement_note: note,
  };
  await ctx.db.transact(async (trx) => {
    if (!(await acknowledgeApproval(trx, id, mark))) throw nothingToSee(seen);
    const data = { ...about, note };
    await appendEvent(trx, clock, { type: 'approval.acknowledged', actor: who, subject, data });
  });
  return seeApproval(ctx, id);
}

interface Acknowledging extends Pick<Decision, 'id' | 'decidedBy'> {
  readonly note?: string | null | undefined;
}

function nothingToSee({ approval: { status } }: SeenApproval): Failure {
  const message =
    status === 'outcome_unknown'
      ? 'Somebody has marked this outcome as seen already.'
      : `Only an unknown outcome is marked as seen; this call is ${status}.`;
  return new Failure('CONFLICT', message, { details: { status } });
}
