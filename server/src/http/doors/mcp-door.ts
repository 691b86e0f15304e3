import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { writeAsCame } from '../../lib/as-written.ts';
import type { McpEndpoint } from '../../mcp/create-mcp-endpoint.ts';
import { answerPlainCall, readPlainCall } from '../../mcp/plain-call.ts';
import type { Door } from '../create-server.ts';
import { separateWish } from '../admission/workspace-wish.ts';
import type { Edge } from '../edge.ts';
import { enterWorkspace } from '../admission/enter-workspace.ts';

/** `POST /mcp`: all the caller's tools for MCP clients. The protocol's own answers, behind the rules of every other route. */
export function mcpDoor(endpoint: McpEndpoint): Door {
  return (server, edge) => {
    server.route({
      method: ['GET', 'POST', 'DELETE'],
      url: '/mcp',
      handler: (request, reply) => answer({ edge, endpoint }, request, reply),
    });
    server.addHook('onClose', () => endpoint.close());
  };
}

interface Parts {
  readonly edge: Edge;
  readonly endpoint: McpEndpoint;
}

async function answer({ edge, endpoint }: Parts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { wish } = separateWish(request);
  const ctx = await enterWorkspace(edge, { request, reply, wish });
  const plain = request.method === 'POST' ? readPlainCall(request.headers, request.body) : undefined;
  if (plain) return sendJson(reply, await answerPlainCall(ctx, plain));
  const asked = new Request(new URL('/mcp', edge.app.config.publicUrl), {
    method: request.method,
    headers: headersOf(request),
    signal: ctx.signal,
  });
  const response = await endpoint.answer(ctx, asked, request.body);
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  return reply.send(response.body ? streamed(response.body) : undefined);
}

function sendJson(reply: FastifyReply, answer: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(writeAsCame(answer) ?? answer);
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value));
  return headers;
}

/** The body as a Node stream; a client that leaves ends it, which cancels the call. */
function streamed(body: ReadableStream): Readable {
  return Readable.fromWeb(body);
}
