import { mcpServerOf } from '../../connections/tools/mcp-server-of.ts';
import type { Context } from '../../context.ts';
import { callMcpTool } from '../../transports/mcp.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { redactorOf } from '../plan/prepared.ts';
import { callTimeoutMs } from '../limits/call-timeout.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import type { Carried } from './carry.ts';

/** Calls a tool of the MCP server that the connection names. */
export async function carryByMcp(ctx: Context, { found, args, credentials, onAnswer }: Carried): Promise<Outcome> {
  const { connection, connector, spec, fixed } = found;
  const server = mcpServerOf(connection, connector, {
    credentials,
    publicUrl: ctx.config.publicUrl,
    userId: ctx.caller.userId,
  });
  if ('problem' in server) return { status: 'rejected', reason: 'input', message: server.problem };
  return callMcpTool(ctx.mcp, {
    ...server,
    tool: { name: spec.name, input: fixed.input ?? spec.input },
    args: withFixed(args, fixed),
    effect: spec.effect,
    redactor: redactorOf(credentials),
    signal: ctx.signal,
    timeoutMs: callTimeoutMs(connector),
    egress: ctx.egress,
    onAnswer,
  });
}
