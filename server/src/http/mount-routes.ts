import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WorkspaceWish } from '../access/access.ts';
import { Failure } from '../errors.ts';
import { isRecord } from '../lib/json.ts';
import { identityOf } from './admission/admit.ts';
import type { Edge } from './edge.ts';
import { checkAllowed, enterWorkspace } from './admission/enter-workspace.ts';
import type { Answer, Route } from './route.ts';

/** Mounts routes behind `admit`. What follows the body: 400 of the address, 403, 404, 400 of the body (RULINGS, Everywhere 2). */
export function mountRoutes(server: FastifyInstance, edge: Edge, routes: readonly Route[]): void {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      config: {
        ...(route.access === 'public' ? { access: 'public' } : {}),
        ...(route.anyHost === true ? { anyHost: true } : {}),
      },
      handler: async (request, reply) => send(route, reply, await serve(edge, route, { request, reply })),
    });
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function serve(edge: Edge, route: Route, { request, reply }: Exchange): Promise<Answer> {
  const { wish, query } = separateWish(route, request);
  const raw = { params: request.params, query, body: request.body };
  if (route.access === 'public') return route.accept(raw)(edge.app);
  if (route.access === 'identity') return route.accept(raw)(edge.app, { identity: identityOf(request), wish });
  const answer = route.accept(raw);
  const ctx = await enterWorkspace(edge, { request, reply, wish });
  checkAllowed(route.access, ctx.caller);
  const answered = await answer(ctx);
  // What was just revoked or changed holds on this process at once, not after the next poll (R6).
  if (route.audit !== 'none' && route.audit !== 'call') await ctx.access.learn(ctx.caller.workspaceId);
  return answered;
}

function send(route: Route, reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  return body === undefined
    ? reply.send()
    : reply.type(route.contentType ?? 'application/json; charset=utf-8').send(body);
}

interface Separated {
  readonly wish: WorkspaceWish;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Takes the workspace asked for out of the request (RULINGS, Everywhere 6): the path's, the query's or the header's. */
function separateWish(route: Route, request: FastifyRequest): Separated {
  const { workspace_id: inQuery, ...query } = isRecord(request.query) ? request.query : {};
  const named = nonEmpty(inQuery, 'workspace_id');
  if (route.workspaceIn === 'query' && named === undefined)
    throw new Failure('BAD_REQUEST', 'Name the workspace: ?workspace_id=<id or slug>.');
  const inPath = route.workspaceIn === 'path' && isRecord(request.params) ? request.params['workspace'] : undefined;
  const wishes = new Set([
    nonEmpty(inPath, 'workspace'),
    named,
    nonEmpty(request.headers['x-workspace'], 'X-Workspace'),
  ]);
  wishes.delete(undefined);
  if (wishes.size > 1) throw new Failure('BAD_REQUEST', 'The request names two workspaces. Name one.');
  const [wish] = wishes;
  return { wish: { named: wish }, query };
}

function nonEmpty(value: unknown, name: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= 100) return value;
  throw new Failure('BAD_REQUEST', `${name} must be one id or slug of a workspace.`);
}
