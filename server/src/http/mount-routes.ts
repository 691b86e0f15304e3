import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from './admission/admit.ts';
import { separateWish } from './admission/workspace-wish.ts';
import type { Edge } from './edge.ts';
import { checkAllowed, enterWorkspace } from './admission/enter-workspace.ts';
import { answerOnce } from './idempotency/answer-once.ts';
import { idempotencyKeyOf } from './idempotency/idempotency-key.ts';
import { Failure } from '../errors.ts';
import type { Answer, Route } from './route.ts';
import { providerHeaders } from './shapes/provider-answer.ts';

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
  const { wish, query } = separateWish(request, route.workspaceIn);
  const raw = { params: request.params, query, body: request.body, accept: request.headers.accept ?? '' };
  if (route.access === 'public') return route.accept(raw)(edge.app);
  if (route.access === 'identity') return route.accept(raw)(edge.app, { identity: identityOf(request), wish });
  const answer = route.accept(raw);
  const key = idempotencyKeyOf(route, request.headers);
  const ctx = await enterWorkspace(edge, { request, reply, wish });
  checkAllowed(route.access, ctx.caller);
  if (route.passesThrough === true && identityOf(request).ambient) throw new Failure('FORBIDDEN', notByCookie);
  return key === undefined ? answer(ctx) : answerOnce(ctx, { route, key, raw }, () => answer(ctx));
}

const notByCookie =
  'This endpoint answers what others say, so it takes no cookie. Send an API key or a session token in a header.';

function send(route: Route, reply: FastifyReply, { status, body, headers = {}, events, passed }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  if (passed) return reply.code(passed.status).headers(providerHeaders(passed)).send(passed.body);
  if (events) return reply.type('text/event-stream').header('cache-control', 'no-store').send(events);
  return body === undefined
    ? reply.send()
    : reply.type(route.contentType ?? 'application/json; charset=utf-8').send(body);
}
