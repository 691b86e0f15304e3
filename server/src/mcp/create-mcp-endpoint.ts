import { type AuthInfo, createMcpHandler, type McpHttpHandler, Server } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { patienceMs } from '../tools/approving/patience.ts';
import { callForClient } from './call-for-client.ts';
import { listForClient } from './list-for-client.ts';
import { serverInfo } from './server-info.ts';

/** Our MCP server as a web-standard handler: one request, answered for one caller. */
export interface McpEndpoint {
  answer(ctx: Context, request: Request, body: unknown): Promise<Response>;
  close(): Promise<void>;
}

const instructions =
  'The tools of the accounts you may use. A write may have to wait for a person: its call then takes up to 45 seconds. ' +
  'Where nobody has decided by then, its result says so, with an approval id. Call the same tool with the same arguments ' +
  'again, or plugboard__get_result with that id, to go on waiting and to get the result.';

/** Serves the caller's tools in both protocol eras (2025 and 2026-07-28). Nothing is kept between requests (R8). */
export function createMcpEndpoint(): McpEndpoint {
  const visits = new WeakMap<AuthInfo, Visit>();
  const handler: McpHttpHandler = createMcpHandler(({ authInfo }) => {
    const visit = authInfo && visits.get(authInfo);
    if (!visit) throw new Error('An MCP request arrived without its caller.');
    return serverFor(visit);
  });
  return {
    answer(ctx, request, body) {
      const authInfo: AuthInfo = { token: '', clientId: ctx.caller.principal, scopes: [...ctx.caller.scopes] };
      visits.set(authInfo, { ctx, patienceMs: patienceMs({ prefer: request.headers.get('prefer') ?? '' }) });
      return handler.fetch(request, { authInfo, parsedBody: body });
    },
    close: () => handler.close(),
  };
}

/** One request: its caller, and how long its call may wait for a person, which the header `Prefer` can shorten (RFC 7240). */
interface Visit {
  readonly ctx: Context;
  readonly patienceMs: number;
}

function serverFor({ ctx, patienceMs }: Visit): Server {
  const server = new Server(serverInfo, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler('tools/list', () => listForClient(ctx));
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    callForClient({ ...ctx, signal: AbortSignal.any([ctx.signal, mcpReq.signal]) }, { params, mcpReq, patienceMs }),
  );
  return server;
}
