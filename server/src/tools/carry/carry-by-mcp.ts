import { type McpServer, mcpServerOf } from '../../connections/tools/mcp-server-of.ts';
import type { Context } from '../../context.ts';
import { callMcpTool } from '../../transports/mcp.ts';
import type { Credentials } from '../../credentials/seal-credentials.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { redactorOf } from '../plan/prepared.ts';
import { callTimeoutMs } from '../limits/call-timeout.ts';
import { withFixed } from '../specs/narrow-tool.ts';
import type { FoundTool } from '../specs/found-tool.ts';
import type { Carried } from './carry.ts';

/** Calls a tool of the MCP server that the connection names. */
export async function carryByMcp(ctx: Context, { found, args, credentials, onAnswer }: Carried): Promise<Outcome> {
  const { connector, spec, fixed } = found;
  const server = serverOf(ctx, found, credentials);
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

interface KnownServer {
  readonly credentials: Credentials;
  readonly userId: string;
  readonly server: McpServer;
}

const known = new WeakMap<FoundTool, KnownServer>();

/** Worked out once for all calls that share a tool, its connection's secrets and the person. */
function serverOf({ config, caller }: Context, found: FoundTool, credentials: Credentials): McpServer {
  const { userId } = caller;
  const last = known.get(found);
  if (last?.credentials === credentials && last.userId === userId) return last.server;
  const server = mcpServerOf(found.connection, found.connector, { credentials, publicUrl: config.publicUrl, userId });
  known.set(found, { credentials, userId, server });
  return server;
}
