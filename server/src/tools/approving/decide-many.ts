import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { approveCall, declineCall, type Decision } from './decide-approval.ts';
import type { SeenApproval } from './see-approval.ts';

/** Approve or decline, with the approval it is about. */
export interface Verdict extends Decision {
  readonly decision: 'approve' | 'decline';
}

/** What became of one of several decisions. */
export type Decided = { readonly seen: SeenApproval } | { readonly id: string; readonly failure: Failure };

/**
 * Decides several calls, one after the other in the order given, each by itself: one that is refused does not keep the next
 * from being decided. When the one who decides leaves, the rest stay as they are.
 */
export async function decideMany(ctx: Context, verdicts: readonly Verdict[]): Promise<Decided[]> {
  const decided: Decided[] = [];
  for (const verdict of verdicts) decided.push(await decideOne(ctx, verdict));
  return decided;
}

async function decideOne(ctx: Context, verdict: Verdict): Promise<Decided> {
  if (ctx.signal.aborted) return { id: verdict.id, failure: new Failure('CONFLICT', left) };
  const decide = verdict.decision === 'approve' ? approveCall : declineCall;
  try {
    return { seen: await decide(ctx, verdict) };
  } catch (error) {
    if (error instanceof Failure) return { id: verdict.id, failure: error };
    ctx.log.error({ err: error, approval: verdict.id }, 'a decision broke off');
    return { id: verdict.id, failure: new Failure('INTERNAL', broken, { cause: error }) };
  }
}

const left =
  'This was not decided any more, because the one who decides left or the server is stopping. Look at it again.';
const broken = 'Something went wrong on our side. Look at the approval to see what became of it.';
