import { type AuthInfo, createMcpHandler, type McpHttpHandler, Server } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { callForClient } from './call-for-client.ts';
import { listForClient } from './list-for-client.ts';

/** Our MCP server as a web-standard handler: one request, answered for one caller. */
export interface McpEndpoint {
  answer(ctx: Context, request: Request, body: unknown): Promise<Response>;
  close(): Promise<void>;
}

const name = { name: 'plugboard', version: '0.1.0', title: 'Plugboard' };
const instructions =
  'The tools of the accounts you may use. A write may wait for a person: its result then says so, with an approval id. ' +
  'Call the same tool with the same arguments again later, or plugboard__get_result with that id, to get the result.';

/** Serves the caller's tools in both protocol eras (2025 and 2026-07-28). Nothing is kept between requests (R8). */
export function createMcpEndpoint(): McpEndpoint {
  const contexts = new WeakMap<AuthInfo, Context>();
  const handler: McpHttpHandler = createMcpHandler(({ authInfo }) => {
    const ctx = authInfo && contexts.get(authInfo);
    if (!ctx) throw new Error('An MCP request arrived without its caller.');
    return serverFor(ctx);
  });
  return {
    answer(ctx, request, body) {
      const authInfo: AuthInfo = { token: '', clientId: ctx.caller.principal, scopes: [...ctx.caller.scopes] };
      contexts.set(authInfo, ctx);
      return handler.fetch(request, { authInfo, parsedBody: body });
    },
    close: () => handler.close(),
  };
}

function serverFor(ctx: Context): Server {
  const server = new Server(name, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler('tools/list', () => listForClient(ctx));
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    callForClient({ ...ctx, signal: AbortSignal.any([ctx.signal, mcpReq.signal]) }, params),
  );
  return server;
}
