import { type Caller, roleAtLeast } from '../access/caller.ts';
import { type Bound, type WaitingCall, waitingCall } from '../approvals/approval.ts';
import { digestOfAsk, requestApproval } from '../approvals/request-approval.ts';
import type { PolicyInForce } from '../access/policy/workspace-policy.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { OnAnswer, Outcome, Rejected } from '../transports/outcome.ts';
import type { Relay } from '../transports/http/proxy/relay.ts';
import { awaitDecision, type Waiting } from './approving/await-decision.ts';
import { policyFor } from './approving/policy-for.ts';
import { checkArguments } from './check-arguments.ts';
import { settleFiles } from './files/settle-files.ts';
import type { ToolName } from './find-tool.ts';
import { findPlanned } from './plan/find-planned.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { offerSignIn } from './offer-sign-in.ts';
import { keepBody } from './proxy/keep-body.ts';
import { asCalled } from './proxy/proxy-tool.ts';
import { beginCall, type CallInProgress, recordCall } from './record-call.ts';
import { ruleOn } from './ruling.ts';
import { type RuledCall, runTool } from './run-tool.ts';
import { targetOf } from './target-of.ts';

/** A call, by whichever door it came in. */
export interface ToolCall extends Waiting {
  readonly tool: ToolName;
  readonly arguments: unknown;
  readonly door: 'rest' | 'mcp' | 'approval';
  /** A person's approval of exactly this call; anything different voids it (S13). */
  readonly grant?: { readonly approvalId: string; readonly digest: string };
  readonly onAnswer?: OnAnswer;
  /** The raw proxy's: the body that belongs to the arguments, and where the answer goes, both as they arrive. */
  readonly relay?: Relay;
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
  const found = asCalled(finding.found, call.arguments);
  const progress = beginCall(ctx, { found, door: call.door, approvalId: call.grant?.approvalId });
  const checked = await checkArguments(ctx, found, call.arguments);
  if ('rejected' in checked) return refuse(ctx, { call, progress }, checked.rejected);
  return rule(ctx, { call, progress, found, args: checked.arguments });
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
  const { call, progress, found } = checked;
  const policy = await policyFor(ctx);
  const ruling = ruleOn(found, { scopes: ctx.caller.scopes, approved: call.grant !== undefined, policy });
  if (ruling.kind === 'block') return refuse(ctx, checked, await offerSignIn(ctx, found.connection, ruling.rejected));
  const settled = await settleFiles(ctx, found, checked.args);
  if ('rejected' in settled) return refuse(ctx, checked, settled.rejected);
  const args = settled.arguments;
  const target = targetOf(found, args, ctx.config.publicUrl);
  if ('rejected' in target) return refuse(ctx, checked, target.rejected);
  const { url, planned } = target;
  const ruled: RuledCall = { found, args, progress, url, planned, onAnswer: call.onAnswer, relay: call.relay };
  if (call.grant === undefined && ruling.kind === 'run') return runTool(ctx, ruled);
  const bound = boundBy(ctx, { found, policy, target: `${target.method} ${url}` });
  if (call.grant === undefined) return ask(ctx, { ...checked, args }, bound);
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
  const kept = await keepBody(args, call.relay);
  if ('rejected' in kept) return recordCall(ctx, progress, kept.rejected);
  const asked = await requestApproval(ctx, {
    bound,
    connectorId: found.connector.id,
    label: found.spec.label,
    effect,
    destructive,
    door: call.door,
    arguments: kept.arguments,
  });
  if ('refused' in asked) return recordCall(ctx, progress, asked.refused);
  if (!asked.waits) return asked.outcome;
  const waiting = { ...progress, record: { ...progress.record, approvalId: asked.approvalId } };
  const pending = waitingCall(ctx.config.publicUrl, asked.approvalId, found.connection);
  await recordCall(ctx, waiting, pending);
  return awaitDecision(ctx, pending, call);
}

/** Everything an approval of this call is bound to (S13). */
function boundBy(ctx: Context, { found, policy, target }: Binding): Bound {
  const { connection, spec } = found;
  return {
    principal: ctx.caller.principal,
    userId: ctx.caller.userId,
    onBehalfOf: ctx.caller.onBehalfOf?.userId,
    connectionId: connection.id,
    connectionGeneration: connection.generation,
    tool: spec.name,
    toolDigest: spec.digest,
    target,
    policyVersion: policy.version,
  };
}

interface Binding {
  readonly found: FoundTool;
  readonly policy: PolicyInForce;
  readonly target: string;
}
