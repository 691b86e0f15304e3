import type { Effect } from '../catalog/connector.ts';
import type { JsonObject } from '../lib/json.ts';
import { isBrokenConnection, isLostSession, readMcpError } from './mcp/read-mcp-error.ts';
import { callDirectly, mayCallDirectly } from './mcp/direct/call-directly.ts';
import { shallow, type ToolResult } from './mcp/direct/read-tool-result.ts';
import { passMcpResult, readMcpResult } from './mcp/read-mcp-result.ts';
import type { McpSessions, SessionUse, UsableSession } from './mcp/sessions/mcp-sessions.ts';
import type { OnAnswer, Outcome } from './outcome.ts';
import type { Redactor } from '../lib/redact.ts';

/** One call of a tool that an MCP server carries out. */
export interface McpCall extends SessionUse {
  /** As the server listed it: its name, and the schema whose `x-mcp-header` words become headers. */
  readonly tool: { readonly name: string; readonly input: Readonly<Record<string, unknown>> };
  readonly effect: Effect;
  readonly args: JsonObject;
  readonly redactor: Redactor;
  /** Milliseconds, from an open session on. Default 30,000. */
  readonly timeoutMs?: number;
  readonly onAnswer?: OnAnswer | undefined;
}

const usualTimeoutMs = 30_000;

/**
 * Has an MCP server carry out a call. A session the server has forgotten is opened anew, once; so is one that broke under
 * a read. A write goes again only where the server said that it did not even look at it.
 */
export async function callMcpTool(sessions: McpSessions, call: McpCall): Promise<Outcome> {
  const first = await attempt(sessions, call);
  if (!first.again) return first.outcome;
  sessions.drop(call.key);
  return (await attempt(sessions, call)).outcome;
}

interface Attempt {
  readonly outcome: Outcome;
  /** Whether it may be tried once more. */
  readonly again: boolean;
}

async function attempt(sessions: McpSessions, call: McpCall): Promise<Attempt> {
  let open = false;
  try {
    const result = await sessions.use(call, async (session) => {
      open = true;
      return shallow(await (mayCallDirectly(session, call) ? callDirectly(session, call) : send(session, call)));
    });
    call.onAnswer?.(passMcpResult(result, call.redactor));
    return { outcome: readMcpResult(result, call.redactor), again: false };
  } catch (error) {
    return afterFailure(error, call, open ? call.effect : 'read');
  }
}

function send(
  { client }: Pick<UsableSession, 'client'>,
  { tool, args, signal, timeoutMs = usualTimeoutMs }: McpCall,
): Promise<ToolResult> {
  const toolDefinition = { name: tool.name, inputSchema: { ...tool.input, type: 'object' as const } };
  const options = { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs, toolDefinition };
  return client.callTool({ name: tool.name, arguments: { ...args } }, options);
}

/** Opening a session carries nothing out: until it is open, even a write has the effect of a read. */
function afterFailure(error: unknown, { signal, redactor }: McpCall, effect: Effect): Attempt {
  if (signal.aborted) return { outcome: cutOff(effect), again: false };
  const again = isLostSession(error) || (effect === 'read' && isBrokenConnection(error));
  return { outcome: readMcpError(error, { effect, redactor }), again };
}

function cutOff(effect: Effect): Outcome {
  if (effect === 'read')
    return { status: 'unavailable', message: 'The call was given up before the MCP server answered.' };
  return {
    status: 'outcome_unknown',
    message: 'The call was given up before the MCP server answered. Whether the write took place is not known.',
  };
}
