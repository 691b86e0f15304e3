import { setTimeout } from 'node:timers/promises';
import type { Client, StreamableHTTPClientTransport, Transport } from '@modelcontextprotocol/client';
import { answerEndedStreams } from './wire/answer-ended-streams.ts';
import { createAttachedFetch, type SessionWorld } from './attached-fetch.ts';
import type { McpTarget } from './mcp-target.ts';
import { openSseTransport } from './wire/open-sse-transport.ts';

/** A connected client of an MCP server. */
export interface McpSession {
  readonly client: Client;
  /** Says goodbye to the server where it keeps sessions, and lets go. Never throws. */
  close(): Promise<void>;
}

/** What opening a session takes. */
export interface SessionParts extends SessionWorld {
  readonly signal?: AbortSignal;
  /** For the handshake, in milliseconds. */
  readonly timeoutMs: number;
  /** Called whenever the server says that its tools are others now. */
  readonly onToolsChanged: () => void;
}

const mostPages = 500;
const goodbyeMs = 2000;

/**
 * Connects to an MCP server of either protocol era (2026-07-28, or initialize before it). A server that does not take
 * streamable HTTP is tried with the older HTTP+SSE, as the specification asks of clients. Throws what made it fail.
 */
export async function openSession(parts: SessionParts): Promise<McpSession> {
  if (parts.target().transport === 'sse') return connect(parts, 'sse');
  try {
    return await connect(parts, 'streamable-http');
  } catch (error) {
    if (!takesNoPost(error)) throw error;
    return await connect(parts, 'sse').catch(() => {
      throw error;
    });
  }
}

async function connect(parts: SessionParts, kind: McpTarget['transport']): Promise<McpSession> {
  const sdk = await import('@modelcontextprotocol/client');
  const fetch = createAttachedFetch(parts);
  const url = new URL(parts.target().url);
  const streamable = kind === 'sse' ? undefined : new sdk.StreamableHTTPClientTransport(url, { fetch });
  if (streamable) answerEndedStreams(streamable);
  const transport: Transport = streamable ?? openSseTransport(sdk, url, { ...parts, fetch });
  const client = createClient(sdk.Client, parts.onToolsChanged);
  try {
    await client.connect(transport, { timeout: parts.timeoutMs, ...(parts.signal && { signal: parts.signal }) });
  } catch (error) {
    await client.close().catch(ignore);
    throw error;
  }
  return { client, close: () => leave(client, streamable) };
}

function createClient(McpClient: typeof Client, onToolsChanged: () => void): Client {
  return new McpClient(
    { name: 'plugboard', version: '1' },
    {
      versionNegotiation: { mode: 'auto' },
      inputRequired: { autoFulfill: false },
      listMaxPages: mostPages,
      listChanged: { tools: { autoRefresh: false, onChanged: onToolsChanged } },
    },
  );
}

/** RFC 9110 statuses by which servers of before 2025-03-26 refuse a POST to their event stream. */
function takesNoPost(error: unknown): boolean {
  return (
    error instanceof Error &&
    'status' in error &&
    (error.status === 400 || error.status === 404 || error.status === 405)
  );
}

async function leave(client: Client, transport: StreamableHTTPClientTransport | undefined): Promise<void> {
  const goodbye = transport?.terminateSession().catch(ignore);
  await Promise.race([goodbye, setTimeout(goodbyeMs, undefined, { ref: false })]);
  await client.close().catch(ignore);
}

/** Errors of a session surface where it is used; those between calls concern nobody. */
function ignore(): void {}
