import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { isoTime } from '../lib/clock.ts';
import type { Outcome } from '../transports/outcome.ts';
import { type WaitingCall, waitingCall } from './approval.ts';
import { collectApproval, findApprovalRow, readApproval } from './approval-store.ts';
import { settledOutcome } from './request-approval.ts';

/** What became of a call that waited, for the credential that asked; NOT_FOUND for everybody else. */
export async function collectResult(ctx: Context, id: string): Promise<Outcome | WaitingCall> {
  const row = await findApprovalRow(ctx.db, id);
  if (!row || row.principal !== ctx.caller.principal)
    throw new Failure('NOT_FOUND', 'There is no such approval of yours.');
  const { status } = readApproval(row, isoTime(ctx.clock));
  if (status === 'pending' || status === 'executing') return waitingCall(ctx.config.publicUrl, id);
  if (status === 'expired') {
    return {
      status: 'rejected',
      reason: 'declined',
      message: 'Nobody decided in time, so the call was not run. Ask again if it is still wanted.',
    };
  }
  const outcome = await settledOutcome(ctx, row);
  await ctx.db.transact((trx) => collectApproval(trx, id, isoTime(ctx.clock)));
  return outcome;
}
