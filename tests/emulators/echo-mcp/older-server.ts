import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJSONRPCRequest, type McpServer, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import type { Kind } from './kind.ts';
import { addLaterTool } from './tools.ts';

interface Stream {
  readonly server: McpServer;
  readonly transport: Transport;
  readonly response: ServerResponse;
}

/** HTTP+SSE (MCP 2024-11-05): GET opens the stream that all answers come by, POST goes to the address it names first. */
export function olderServer(create: (headers: Headers) => McpServer): Kind {
  const streams = new Map<string, Stream>();

  async function open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID();
    const transport = transportTo(response);
    const server = create(new Headers({ authorization: String(request.headers.authorization) }));
    streams.set(id, { server, transport, response });
    response.on('close', () => streams.delete(id));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    await server.connect(transport);
    response.write(`event: endpoint\ndata: /mcp/messages?session=${id}\n\n`);
  }

  return {
    forget: () => {
      for (const { response } of streams.values()) response.destroy();
    },
    announce: (tool) => {
      for (const { server } of streams.values()) addLaterTool(server, tool);
    },
    handle: async (request, response, body) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      if (request.method === 'GET' && pathname === '/mcp') return open(request, response);
      const stream = streams.get(searchParams.get('session') ?? '');
      if (request.method !== 'POST' || stream === undefined) return end(response, 404);
      end(response, 202);
      return stream.transport.onmessage?.(parseJSONRPCMessage(body));
    },
  };
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function transportTo(response: ServerResponse): Transport {
  return {
    start: async () => undefined,
    close: async () => void response.end(),
    send: async (message) => {
      // A request of ours would wait for an answer that nobody gives.
      if (!isJSONRPCRequest(message)) response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    },
  };
}
