import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Kind } from './echo-mcp/kind.ts';
import { olderServer } from './echo-mcp/older-server.ts';
import { addLaterTool, createEchoServer, type EchoState, type ExtraTool } from './echo-mcp/tools.ts';
import { listen, type Listening } from './listen.ts';
import { misbehave, type Misbehaviour, send } from './misbehaviour.ts';

/** One HTTP request that arrived. */
export interface McpRequestEntry {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** An MCP server that remembers what was done to it. */
export interface EchoMcp extends Listening {
  /** Where it speaks streamable HTTP, or HTTP+SSE. */
  readonly endpoint: string;
  readonly state: EchoState;
  readonly requests: readonly McpRequestEntry[];
  /** The next `tools/call` requests are met with these, one each. */
  next(...misbehaviours: Misbehaviour[]): void;
  /** Forgets all sessions: what is sent with them is answered 404. */
  forgetSessions(): void;
  /** Adds a tool, or lists one that was added as something else, and says so to whoever listens. */
  addTool(name: string, tool?: ExtraTool): void;
  /** Lists a tool no more that was added. */
  removeTool(name: string): void;
}

export interface EchoOptions {
  /** `modern` and `stateless` clients of either era; `sessions`: 2025-11-25 with session ids; `sse`: 2024-11-05. */
  readonly kind?: 'stateless' | 'sessions' | 'sse';
  /** Bearer token without which every request is answered 401. */
  readonly token?: string;
  /** A header without which every request is answered 401. */
  readonly header?: readonly [name: string, value: string];
}

/** Starts on a free port. */
export async function startEchoMcp({ kind = 'stateless', token, header }: EchoOptions = {}): Promise<EchoMcp> {
  const state: EchoState = { notes: [], ran: [], extraTools: new Map() };
  const requests: McpRequestEntry[] = [];
  const queue: Misbehaviour[] = [];
  const server = serverOf(kind, state);
  const [needed, value] = header ?? (token === undefined ? [] : ['authorization', `Bearer ${token}`]);
  const listening = await listen((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    if (needed !== undefined && request.headers[needed] !== value) {
      return send(response, {
        status: 401,
        body: { error: 'invalid_token' },
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    const body = await readBody(request);
    const how = body.includes('"tools/call"') ? queue.shift() : undefined;
    if (how === undefined) return server.handle(request, response, body === '' ? undefined : JSON.parse(body));
    if (how === 'reset_after_work') state.ran.push('cut off');
    return misbehave(how, request, response);
  }

  return {
    ...listening,
    endpoint: `${listening.url}/mcp`,
    state,
    requests,
    next: (...misbehaviours) => void queue.push(...misbehaviours),
    forgetSessions: () => server.forget(),
    addTool: (name, tool = {}) => {
      state.extraTools.set(name, tool);
      server.announce(name);
    },
    removeTool: (name) => void state.extraTools.delete(name),
  };
}

function serverOf(kind: NonNullable<EchoOptions['kind']>, state: EchoState): Kind {
  if (kind === 'sse') return olderServer((headers) => createEchoServer(state, headers));
  return kind === 'sessions' ? sessionful(state) : stateless(state);
}

function stateless(state: EchoState): Kind {
  const handler = createMcpHandler(({ requestInfo }) => createEchoServer(state, requestInfo?.headers));
  const answer = toNodeHandler(handler);
  return {
    handle: (request, response, body) =>
      answer(Object.assign(request, { method: request.method ?? '', url: request.url ?? '' }), response, body),
    forget: () => undefined,
    announce: () => handler.notify.toolsChanged(),
  };
}

/** As servers of before 2026-07-28 keep their clients apart. */
function sessionful(state: EchoState): Kind {
  const sessions = new Map<
    string,
    { transport: NodeStreamableHTTPServerTransport; server: ReturnType<typeof createEchoServer> }
  >();
  return {
    forget: () => sessions.clear(),
    announce: (tool) => {
      for (const { server } of sessions.values()) addLaterTool(server, tool);
    },
    handle: async (request, response, body) => {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (id !== undefined && known === undefined) return send(response, { status: 404, body: lostSession });
      if (known !== undefined) return known.transport.handleRequest(request, response, body);
      const server = createEchoServer(state, new Headers({ authorization: String(request.headers.authorization) }));
      const transport = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (session: string) => void sessions.set(session, { transport, server }),
      });
      await server.connect(transport);
      await transport.handleRequest(request, response, body);
    },
  };
}

const lostSession = { jsonrpc: '2.0', id: null, error: { code: -32_001, message: 'Session not found' } };

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
