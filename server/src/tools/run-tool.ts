import { attach } from '../auth-modes/index.ts';
import { mcpServerOf } from '../connections/tools/mcp-server-of.ts';
import { doubtConnection } from '../connections/checking/doubt-connection.ts';
import type { Context } from '../context.ts';
import { mayAttach, misdirected, openCredentials } from '../credentials/open-credentials.ts';
import type { Credentials } from '../credentials/seal-credentials.ts';
import type { JsonObject } from '../lib/json.ts';
import { runHttp } from '../transports/http/run-http.ts';
import { callMcpTool, type McpCall } from '../transports/mcp.ts';
import type { Outcome, Rejected } from '../transports/outcome.ts';
import { createRedactor } from '../transports/redact.ts';
import type { FoundTool } from './specs/found-tool.ts';
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
  const { found, args } = call;
  const { connection, connector, spec } = found;
  const { secrets } = credentials;
  const shared = { args, effect: spec.effect, redactor: createRedactor(Object.values(secrets)), signal: ctx.signal };
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
    publicUrl,
    egress: ctx.egress,
    clock: ctx.clock,
  });
}

type Carried = Pick<McpCall, 'args' | 'effect' | 'redactor' | 'signal'> & { readonly credentials: Credentials };

async function carryByMcp(
  ctx: Context,
  { connection, connector, spec }: FoundTool,
  { credentials, ...call }: Carried,
): Promise<Outcome> {
  const server = mcpServerOf(connection, connector, { credentials, publicUrl: ctx.config.publicUrl });
  if ('problem' in server) return { status: 'rejected', reason: 'input', message: server.problem };
  return callMcpTool(ctx.mcp, { ...call, ...server, tool: spec });
}
