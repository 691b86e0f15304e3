import { listTools } from './mcp/list-tools.ts';
import type { McpTarget } from './mcp/mcp-target.ts';
import { openSession, type SessionWorld } from './mcp/sessions/open-session.ts';
import { readMcpError } from './mcp/read-mcp-error.ts';
import type { McpTool } from './mcp/read-mcp-tool.ts';
import { LocalServerFailure } from './mcp/stdio/local-server-failure.ts';
import { cut } from '../catalog/answers/provider-words.ts';
import type { Redactor } from '../lib/redact.ts';

/** What a first look at an MCP server found. */
export type McpProbe =
  | { readonly status: 'ok'; readonly server: ServerInfo | null; readonly tools: readonly McpTool[] }
  | { readonly status: 'auth_required' | 'refused' | 'unreachable'; readonly message: string };

/** How a server calls itself; anybody can say anything. */
export interface ServerInfo {
  readonly name: string;
  readonly version: string;
}

export interface McpProbeParts extends SessionWorld {
  readonly target: McpTarget;
  readonly workspaceId: string;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  /** For all of it. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Really connects, in the server's own protocol era, and lists its tools; nothing is kept open. */
export async function probeMcp(parts: McpProbeParts): Promise<McpProbe> {
  const { target, redactor, timeoutMs = 10_000, workspaceId, ...world } = parts;
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const session = await openSession({
      ...world,
      signal,
      timeoutMs,
      owner: { workspaceId, key: undefined },
      target: () => target,
      onToolsChanged: () => undefined,
    });
    try {
      const tools = await listTools(session.client, { signal, timeout: timeoutMs });
      return { status: 'ok', server: serverInfo(session.client.getServerVersion(), redactor), tools };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof LocalServerFailure) return { status: 'unreachable', message: withLastWords(error, redactor) };
    if (signal.aborted) return { status: 'unreachable', message: 'The MCP server did not answer in time.' };
    return failed(error, redactor);
  }
}

/** What a program complained of before it ended is for whoever sets it up, not for those who call its tools. */
function withLastWords({ message, lastWords }: LocalServerFailure, { text }: Redactor): string {
  const words = cut(text(lastWords).slice(-400));
  return words === '' ? message : `${message} It last wrote: ${words}`;
}

function serverInfo(said: ServerInfo | undefined, { text }: Redactor): ServerInfo | null {
  return said === undefined ? null : { name: text(said.name).slice(0, 200), version: text(said.version).slice(0, 100) };
}

function failed(error: unknown, redactor: Redactor): McpProbe {
  const outcome = readMcpError(error, { effect: 'read', redactor });
  if (outcome.status === 'rejected' && outcome.reason === 'auth')
    return { status: 'auth_required', message: outcome.message };
  const refused = outcome.status === 'rejected' && outcome.reason !== 'rate_limit';
  return { status: refused ? 'refused' : 'unreachable', message: 'message' in outcome ? outcome.message : '' };
}
