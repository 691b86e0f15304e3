import { attach } from '../auth-modes/index.ts';
import { mcpServerOf } from '../connections/tools/mcp-server-of.ts';
import { doubtConnection } from '../connections/checking/doubt-connection.ts';
import type { Context } from '../context.ts';
import { mayAttach, misdirected, openCredentials } from '../credentials/open-credentials.ts';
import type { Credentials } from '../credentials/seal-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import { invokeAgent } from '../transports/agent.ts';
import { runHttp } from '../transports/http/run-http.ts';
import { callMcpTool, type McpCall } from '../transports/mcp.ts';
import type { OnAnswer, Outcome, Rejected } from '../transports/outcome.ts';
import { createRedactor } from '../transports/redact.ts';
import { agentCallOf } from './endpoints/agent-call-of.ts';
import { agentOutcome } from './endpoints/agent-outcome.ts';
import { conversation } from './endpoints/conversation.ts';
import type { FoundTool } from './specs/found-tool.ts';
import { withFixed } from './specs/narrow-tool.ts';
import { type CallInProgress, finishCall, recordCall } from './record-call.ts';

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
  const credentials = await openCredentials(ctx, call.found.connection.id);
  if (!mayAttach(credentials, call.url)) return recordCall(ctx, call.progress, elsewhere);
  const isWrite = call.found.spec.effect === 'write';
  if (isWrite) await ctx.calls.begin(call.progress.record);
  const outcome = await carry(ctx, call, credentials);
  await (isWrite ? finishCall(ctx, call.progress, outcome) : recordCall(ctx, call.progress, outcome));
  if (outcome.status === 'rejected' && outcome.reason === 'auth') await doubtConnection(ctx, call.found.connection);
  return outcome;
}

const elsewhere: Rejected = { status: 'rejected', reason: 'auth', message: misdirected };

function carry(ctx: Context, call: RuledCall, credentials: Credentials): Promise<Outcome> {
  const { found, onAnswer } = call;
  const { connection, connector, spec, fixed } = found;
  const { secrets } = credentials;
  const redactor = createRedactor(Object.values(secrets));
  const shared = { args: withFixed(call.args, fixed), effect: spec.effect, redactor, signal: ctx.signal, onAnswer };
  if (connector.agent !== undefined) return carryByAgent(ctx, call, credentials);
  const { operation } = spec;
  if (operation === undefined) return carryByMcp(ctx, found, { ...shared, credentials });
  const { config, loopback } = connection;
  const attachment = attach(connector, { config, secrets });
  const { publicUrl } = ctx.config;
  return runHttp({
    ...shared,
    connector,
    operation,
    config,
    loopback,
    attachment,
    fixed,
    publicUrl,
    egress: ctx.egress,
    clock: ctx.clock,
  });
}

async function carryByAgent(ctx: Context, { found, args }: RuledCall, credentials: Credentials): Promise<Outcome> {
  const call = agentCallOf(ctx, found.connection, { ...conversation.parse(args), credentials });
  return agentOutcome(await invokeAgent(call), found.spec.effect);
}

type Carried = Pick<McpCall, 'args' | 'effect' | 'redactor' | 'signal' | 'onAnswer'> & {
  readonly credentials: Credentials;
};

async function carryByMcp(
  ctx: Context,
  { connection, connector, spec, fixed }: FoundTool,
  { credentials, ...call }: Carried,
): Promise<Outcome> {
  const server = mcpServerOf(connection, connector, { credentials, publicUrl: ctx.config.publicUrl });
  if ('problem' in server) return { status: 'rejected', reason: 'input', message: server.problem };
  return callMcpTool(ctx.mcp, { ...call, ...server, tool: { name: spec.name, input: fixed.input ?? spec.input } });
}
