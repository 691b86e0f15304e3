import type { Egress } from '../../../egress/egress.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { UsableSession } from '../sessions/mcp-sessions.ts';
import type { McpTarget } from '../mcp-target.ts';
import { sendCall } from './send-call.ts';
import type { ToolResult } from './read-tool-result.ts';

/** A call of a tool, and the door it goes through. */
export interface DirectCall {
  readonly target: McpTarget;
  readonly egress?: Pick<Egress, 'stream'>;
  readonly tool: { readonly name: string; readonly input: Readonly<Record<string, unknown>> };
  readonly args: JsonObject;
  readonly signal: AbortSignal;
  /** Milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
}

const plainName = /^[\w.-]{1,128}$/;
const plainInputs = new WeakMap<object, boolean>();

/**
 * Whether a call can go without the SDK: to a server of MCP 2026-07-28, where it is one request, and to a tool that wants
 * nothing of it in headers. Everything else is for the SDK, which knows every rule.
 */
export function mayCallDirectly(
  { client }: Pick<UsableSession, 'client'>,
  { target, egress, tool }: DirectCall,
): boolean {
  if (egress === undefined || target.transport !== 'streamable-http' || !plainName.test(tool.name)) return false;
  return client.getProtocolEra() === 'modern' && isPlain(tool.input);
}

/** `x-mcp-header` may stand anywhere in a schema (SEP-2243). */
function isPlain(input: object): boolean {
  const known = plainInputs.get(input) ?? !JSON.stringify(input).includes('"x-mcp-header"');
  plainInputs.set(input, known);
  return known;
}

/** Sends such a call. Rejects as the SDK does. */
export function callDirectly(
  { client, clock, forgetTools }: Pick<UsableSession, 'client' | 'clock' | 'forgetTools'>,
  { target, egress, tool, args, signal, timeoutMs = 30_000 }: DirectCall,
): Promise<ToolResult> {
  const version = client.getNegotiatedProtocolVersion();
  if (target.transport === 'stdio' || egress === undefined || version === undefined)
    throw new TypeError('This call cannot go directly.');
  return sendCall({
    egress,
    clock,
    target,
    version,
    tool: tool.name,
    args,
    signal,
    timeoutMs,
    onToolsChanged: forgetTools,
  });
}
