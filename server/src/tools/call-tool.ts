import { type Caller, roleAtLeast } from '../access/caller.ts';
import { type Bound, type WaitingCall, waitingCall } from '../approvals/approval.ts';
import { digestOfAsk, requestApproval } from '../approvals/request-approval.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { OnAnswer, Outcome, Rejected } from '../transports/outcome.ts';
import { checkArguments } from './check-arguments.ts';
import type { ToolName } from './find-tool.ts';
import { findPlanned } from './plan/find-planned.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { beginCall, type CallInProgress, recordCall } from './record-call.ts';
import { ruleOn } from './ruling.ts';
import { type RuledCall, runTool } from './run-tool.ts';
import { targetOf } from './target-of.ts';

/** A call, by whichever door it came in. */
export interface ToolCall {
  readonly tool: ToolName;
  readonly arguments: unknown;
  readonly door: 'rest' | 'mcp' | 'approval';
  /** A person's approval of exactly this call; anything different voids it (S13). */
  readonly grant?: { readonly approvalId: string; readonly digest: string };
  readonly onAnswer?: OnAnswer;
}

/** What a call comes to (RULINGS, Everywhere 15). */
export type CallResult = Outcome | WaitingCall;

/**
 * The one way in for every tool call: find, check, rule, run, record. Throws FORBIDDEN for who may not call tools, NOT_FOUND
 * for an unknown tool and CONFLICT with the choices for an ambiguous one; everything else is a result.
 */
export async function callTool(ctx: Context, call: ToolCall): Promise<CallResult> {
  checkMayCall(ctx.caller);
  const finding = await findPlanned(ctx, call.tool);
  if ('rejected' in finding) return finding.rejected;
  const progress = beginCall(ctx, { found: finding.found, door: call.door, approvalId: call.grant?.approvalId });
  const checked = await checkArguments(ctx, finding.found, call.arguments);
  if ('rejected' in checked) return refuse(ctx, { call, progress }, checked.rejected);
  return rule(ctx, { call, progress, found: finding.found, args: checked.arguments });
}

/** Whichever door, and at the execution of an approved call too: its asker may have lost the role since. */
function checkMayCall({ role, scopes }: Caller): void {
  if (!roleAtLeast(role, 'MEMBER'))
    throw new Failure('FORBIDDEN', `Calling a tool needs the role MEMBER in the workspace; yours is ${role}.`);
  if (!scopes.has('tools:call'))
    throw new Failure('FORBIDDEN', 'This credential lacks the scope tools:call. Use a key that has it.');
}

interface BegunCall {
  readonly call: ToolCall;
  readonly progress: CallInProgress;
}

/** Turned down before anything was sent: where a person had approved it, something has changed since, which voids it (S13). */
function refuse(ctx: Context, { call, progress }: BegunCall, rejected: Rejected): Promise<Rejected> {
  return recordCall(ctx, progress, call.grant === undefined ? rejected : { ...rejected, reason: 'voided' });
}

interface CheckedCall extends BegunCall {
  readonly found: FoundTool;
  readonly args: JsonObject;
}

async function rule(ctx: Context, checked: CheckedCall): Promise<CallResult> {
  const { call, progress, found, args } = checked;
  const ruling = ruleOn(found, { scopes: ctx.caller.scopes, approved: call.grant !== undefined });
  if (ruling.kind === 'block') return refuse(ctx, checked, ruling.rejected);
  const target = targetOf(found, args, ctx.config.publicUrl);
  if ('rejected' in target) return refuse(ctx, checked, target.rejected);
  const ruled: RuledCall = { found, args, progress, url: target.url, onAnswer: call.onAnswer };
  if (call.grant === undefined && ruling.kind === 'run') return runTool(ctx, ruled);
  const bound = await boundBy(ctx, found, `${target.method} ${target.url}`);
  if (call.grant === undefined) return ask(ctx, checked, bound);
  if (digestOfAsk({ bound, arguments: args }) !== call.grant.digest) return refuse(ctx, checked, voided);
  return runTool(ctx, ruled);
}

const voided: Rejected = {
  status: 'rejected',
  reason: 'voided',
  message: 'Something this approval was bound to has changed since it was asked for, so it was not run. Ask again.',
};

async function ask(ctx: Context, { call, progress, found, args }: CheckedCall, bound: Bound): Promise<CallResult> {
  const { effect, destructive } = found.spec;
  const asked = await requestApproval(ctx, {
    bound,
    connectorId: found.connector.id,
    effect,
    destructive,
    door: call.door,
    arguments: args,
  });
  if (!asked.waits) return asked.outcome;
  const waiting = { ...progress, record: { ...progress.record, approvalId: asked.approvalId } };
  return recordCall(ctx, waiting, waitingCall(ctx.config.publicUrl, asked.approvalId));
}

/** Everything an approval of this call is bound to (S13). */
async function boundBy(ctx: Context, { connection, spec }: FoundTool, target: string): Promise<Bound> {
  const state = await ctx.db.rows.selectFrom('workspace_state').select('policy_version').executeTakeFirst();
  return {
    principal: ctx.caller.principal,
    userId: ctx.caller.userId,
    connectionId: connection.id,
    connectionGeneration: connection.generation,
    tool: spec.name,
    toolDigest: spec.digest,
    target,
    policyVersion: state?.policy_version ?? 1,
  };
}
