import type { WaitingCall } from '../../approvals/approval.ts';
import { collectResult } from '../../approvals/collect-result.ts';
import type { Context } from '../../context.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { longestWaitSeconds } from './patience.ts';

/** How somebody waits for a decision. */
export interface Waiting {
  /** Milliseconds; 0 answers at once. Default and most: 45 s. */
  readonly patienceMs?: number | undefined;
  /** Is told when the waiting begins, with what would be answered if it were over. */
  readonly onWaiting?: ((waiting: WaitingCall) => void) | undefined;
}

/**
 * Waits for a person to decide what the caller asked for, and answers with the result of the call: what was decided here is
 * known at once, on another replica within half a second. Otherwise the pending approval: where nobody decided in time, the
 * caller leaves, the process leaves, or the workspace has too many calls waiting already. The approval stays as it is.
 */
export async function awaitDecision(
  ctx: Context,
  pending: WaitingCall,
  { patienceMs = longestMs, onWaiting }: Waiting = {},
): Promise<Outcome | WaitingCall> {
  const approvalId = pending.approval_id;
  if (patienceMs <= 0) return pending;
  const ended = ctx.waitingCalls.wait({
    id: approvalId,
    workspaceId: ctx.caller.workspaceId,
    patienceMs: Math.min(patienceMs, longestMs),
    signal: ctx.signal,
  });
  if (!ended) return pending;
  onWaiting?.(pending);
  return (await ended) === 'told' ? collectResult(ctx, approvalId, { hasWaited: true }) : pending;
}

const longestMs = longestWaitSeconds * 1000;
