import { setTimeout } from 'node:timers/promises';
import type { Client, StreamableHTTPClientTransport, Transport } from '@modelcontextprotocol/client';
import type { Egress } from '../../../egress/egress.ts';
import type { Clock } from '../../../lib/clock.ts';
import { clientInfo } from '../client-info.ts';
import { createAttachedFetch } from '../attached-fetch.ts';
import type { McpTarget, RemoteTarget } from '../mcp-target.ts';
import type { LocalServers } from '../stdio/create-local-servers.ts';
import { openProgram } from '../stdio/open-program.ts';
import { answerEndedStreams } from '../wire/answer-ended-streams.ts';
import { openSseTransport } from '../wire/open-sse-transport.ts';

/** A connected client of an MCP server. */
export interface McpSession {
  readonly client: Client;
  /** Says goodbye to the server where it keeps sessions, and lets go. Never throws. */
  close(): Promise<void>;
}

/** What sessions reach their servers with. */
export interface SessionWorld {
  readonly egress: Pick<Egress, 'fetch'>;
  readonly clock: Clock;
  readonly local: LocalServers;
}

/** Whose session it is: what programs are counted by. */
export interface SessionOwner {
  readonly workspaceId: string;
  /** Of a session that is kept. */
  readonly key: string | undefined;
}

/** What opening a session takes. */
export interface SessionParts extends SessionWorld {
  readonly owner: SessionOwner;
  /** Asked at every request: credentials are renewed while a session lives; its address never changes. */
  readonly target: () => McpTarget;
  readonly signal?: AbortSignal;
  /** For the handshake, in milliseconds. */
  readonly timeoutMs: number;
  /** Called whenever the server says that its tools are others now. */
  readonly onToolsChanged: () => void;
}

type Sdk = typeof import('@modelcontextprotocol/client');

const mostPages = 500;
const silenceMs = 4000;
const goodbyeMs = 2000;

/**
 * Connects to an MCP server of either protocol era (2026-07-28, or initialize before it), started first where it is a
 * program. A server that does not take streamable HTTP is tried with the older HTTP+SSE, as the specification asks of clients.
 * Throws what made it fail.
 */
export async function openSession(parts: SessionParts): Promise<McpSession> {
  const { transport } = parts.target();
  if (transport === 'stdio') return openLocal(parts);
  if (transport === 'sse') return connect(parts, 'sse');
  try {
    return await connect(parts, 'streamable-http');
  } catch (error) {
    if (!takesNoPost(error)) throw error;
    return await connect(parts, 'sse').catch(() => {
      throw error;
    });
  }
}

function openLocal({ local, owner, target, signal, timeoutMs, onToolsChanged }: SessionParts): Promise<McpSession> {
  const wanted = target();
  if (wanted.transport !== 'stdio') throw new TypeError('A server at an address is not started.');
  const { server } = wanted;
  const newClient = (sdk: Pick<Sdk, 'Client'>): Client => createClient(sdk.Client, { onToolsChanged, silenceMs });
  return openProgram({ local, wish: { ...owner, server }, newClient, signal, timeoutMs });
}

async function connect(parts: SessionParts, kind: RemoteTarget['transport']): Promise<McpSession> {
  const sdk = await import('@modelcontextprotocol/client');
  const fetch = createAttachedFetch({ ...parts, target: () => atAddress(parts.target()) });
  const url = new URL(parts.target().url);
  const streamable = kind === 'sse' ? undefined : new sdk.StreamableHTTPClientTransport(url, { fetch });
  if (streamable) answerEndedStreams(streamable);
  const transport: Transport = streamable ?? openSseTransport(sdk, url, { ...parts, fetch });
  const client = createClient(sdk.Client, parts);
  try {
    await client.connect(transport, { timeout: parts.timeoutMs, ...(parts.signal && { signal: parts.signal }) });
  } catch (error) {
    await client.close().catch(ignore);
    throw error;
  }
  return { client, close: () => leave(client, streamable) };
}

function atAddress(target: McpTarget): RemoteTarget {
  if (target.transport !== 'stdio') return target;
  throw new TypeError('A program has no address.');
}

interface ClientWish extends Pick<SessionParts, 'onToolsChanged'> {
  /** How long a server that says nothing to the newer era's first word is waited for. Default: as for any word. */
  readonly silenceMs?: number;
}

function createClient(McpClient: typeof Client, { onToolsChanged, silenceMs }: ClientWish): Client {
  return new McpClient(clientInfo, {
    versionNegotiation: { mode: 'auto', ...(silenceMs !== undefined && { probe: { timeoutMs: silenceMs } }) },
    inputRequired: { autoFulfill: false },
    listMaxPages: mostPages,
    listChanged: { tools: { autoRefresh: false, onChanged: onToolsChanged } },
  });
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
