import { attach } from '../auth-modes/index.ts';
import { doubtConnection } from '../connections/doubt-connection.ts';
import type { Context } from '../context.ts';
import { mayAttach, openCredentials } from '../credentials/open-credentials.ts';
import type { Credentials } from '../credentials/seal-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import { runHttp } from '../transports/http/run-http.ts';
import { callMcpTool, type McpCall } from '../transports/mcp.ts';
import { mcpTargetOf, type TargetParts } from '../transports/mcp/mcp-target.ts';
import type { Outcome, Rejected } from '../transports/outcome.ts';
import { createRedactor } from '../transports/redact.ts';
import type { FoundTool } from './found-tool.ts';
import { type CallInProgress, finishCall, recordCall } from './record-call.ts';

/** A call that was checked and ruled on. */
export interface RuledCall {
  readonly found: FoundTool;
  readonly args: JsonObject;
  readonly progress: CallInProgress;
  /** Where it goes; the connection's secrets are attached only if they were given for its origin (S1). */
  readonly url: string;
}

/** Carries the call: a read is recorded when it is over, a write's intent is on disk before it is sent (R2). */
export async function runTool(ctx: Context, call: RuledCall): Promise<Outcome> {
  const credentials = await openCredentials(ctx, call.found.connection.id);
  if (!mayAttach(credentials, call.url)) return recordCall(ctx, call.progress, misdirected);
  const isWrite = call.found.spec.effect === 'write';
  if (isWrite) await ctx.calls.begin({ ...call.progress.record, approvalId: call.progress.approvalId });
  const outcome = await carry(ctx, call, credentials.secrets);
  if (outcome.status === 'rejected' && outcome.reason === 'auth') await doubtConnection(ctx, call.found.connection);
  return isWrite ? finishCall(ctx, call.progress, outcome) : recordCall(ctx, call.progress, outcome);
}

const misdirected: Rejected = {
  status: 'rejected',
  reason: 'auth',
  message: 'The credentials of this connection were given for another address. Submit them again for this one.',
};

function carry(ctx: Context, call: RuledCall, secrets: Credentials['secrets']): Promise<Outcome> {
  const { connection, connector, spec } = call.found;
  const { config, loopback } = connection;
  const shared = {
    loopback,
    config,
    publicUrl: ctx.config.publicUrl,
    attachment: attach(connector, { config, secrets }),
    args: call.args,
    effect: spec.effect,
    redactor: createRedactor(Object.values(secrets)),
    signal: ctx.signal,
  };
  const { operation } = spec;
  if (operation === undefined) return carryByMcp(ctx, call, shared);
  return runHttp({ ...shared, connector, operation, egress: ctx.egress, clock: ctx.clock });
}

async function carryByMcp(
  ctx: Context,
  { found }: RuledCall,
  call: TargetParts & Omit<McpCall, 'key' | 'target' | 'tool' | 'timeoutMs'>,
) {
  const server = mcpTargetOf(found.connector, call);
  if (!server.ok) return { status: 'rejected', reason: 'input', message: server.message } as const;
  const key = `${found.connection.id}:${found.connection.generation}`;
  return callMcpTool(ctx.mcp, { ...call, key, target: server.target, tool: found.spec, timeoutMs: 30_000 });
}
