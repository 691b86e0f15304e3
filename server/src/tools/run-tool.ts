import { doubtConnection } from '../connections/checking/doubt-connection.ts';
import type { Context } from '../context.ts';
import { mayAttach, misdirected } from '../credentials/open-credentials.ts';
import { openRecently } from '../credentials/recent-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import type { OnAnswer, Outcome, Rejected } from '../transports/outcome.ts';
import { carry } from './carry/carry.ts';
import { type CallInProgress, finishCall, recordCall } from './record-call.ts';
import type { FoundTool } from './specs/found-tool.ts';

/** A call that was checked and ruled on. */
export interface RuledCall {
  readonly found: FoundTool;
  /** The caller's own; what the connection fixes comes beside them. */
  readonly args: JsonObject;
  readonly progress: CallInProgress;
  /** Where it goes; the connection's secrets are attached only if they were given for its origin (S1). */
  readonly url: string;
  readonly onAnswer?: OnAnswer | undefined;
}

/** Carries the call: a read is recorded when it is over, a write's intent is on disk before it is sent (R2). */
export async function runTool(ctx: Context, call: RuledCall): Promise<Outcome> {
  const credentials = await openRecently(ctx, call.found.connection);
  if (!mayAttach(credentials, call.url)) return recordCall(ctx, call.progress, elsewhere);
  const isWrite = call.found.spec.effect === 'write';
  if (isWrite) await ctx.calls.begin(call.progress.record);
  const outcome = await carry(ctx, { ...call, credentials });
  await (isWrite ? finishCall(ctx, call.progress, outcome) : recordCall(ctx, call.progress, outcome));
  if (outcome.status === 'rejected' && outcome.reason === 'auth') await doubtConnection(ctx, call.found.connection);
  return outcome;
}

const elsewhere: Rejected = { status: 'rejected', reason: 'auth', message: misdirected };
