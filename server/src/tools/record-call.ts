import type { CallRecord } from '../calls/call-log.ts';
import type { Context } from '../context.ts';
import { isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { FoundTool } from './specs/found-tool.ts';
import type { CallResult } from './call-tool.ts';

/** A call that is on its way: its record so far, and when it began in milliseconds. */
export interface CallInProgress {
  readonly record: CallRecord;
  readonly startedAt: number;
}

/** Starts the record of a call. Nothing is written yet. */
export function beginCall(
  ctx: Context,
  call: { readonly found: FoundTool; readonly door: CallRecord['door']; readonly approvalId: string | undefined },
): CallInProgress {
  const { connection, connector, spec } = call.found;
  const startedAt = ctx.clock.now();
  const record: CallRecord = {
    id: newId(startedAt),
    workspaceId: ctx.caller.workspaceId,
    at: isoTime(ctx.clock),
    principal: ctx.caller.principal,
    userId: ctx.caller.userId,
    onBehalfOf: ctx.caller.onBehalfOf?.userId ?? null,
    door: call.door,
    connectionId: connection.id,
    connectorId: connector.id,
    tool: spec.name,
    effect: spec.effect,
    status: 'executing',
    reason: null,
    message: null,
    durationMs: null,
    approvalId: call.approvalId ?? null,
    requestId: ctx.requestId,
  };
  return { record, startedAt };
}

/** Records a call that is over and hands its result on. */
export async function recordCall<Result extends CallResult>(
  ctx: Context,
  progress: CallInProgress,
  result: Result,
): Promise<Result> {
  await ctx.calls.record({ ...progress.record, ...endingOf(ctx, progress, result) });
  return result;
}

/** Records how a write that was begun ended, and hands its result on. */
export async function finishCall<Result extends CallResult>(
  ctx: Context,
  progress: CallInProgress,
  result: Result,
): Promise<Result> {
  await ctx.calls.finish(progress.record, endingOf(ctx, progress, result));
  return result;
}

function endingOf(ctx: Context, progress: CallInProgress, result: CallResult) {
  return {
    status: result.status,
    reason: 'reason' in result ? result.reason : null,
    message: 'message' in result ? result.message : null,
    durationMs: ctx.clock.now() - progress.startedAt,
  };
}
