import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from './admission/admit.ts';
import { separateWish } from './admission/workspace-wish.ts';
import type { Edge } from './edge.ts';
import { checkAllowed, enterWorkspace } from './admission/enter-workspace.ts';
import { answerOnce } from './idempotency/answer-once.ts';
import { idempotencyKeyOf } from './idempotency/idempotency-key.ts';
import { Failure } from '../errors.ts';
import { writeAsCame } from '../lib/as-written.ts';
import type { Answer, RawInput, Route } from './route.ts';
import { incomingOf } from './incoming.ts';
import { showingProblems } from './pages/frame/problem-page.ts';
import { browserAt } from './pages/visit/browser.ts';
import { downloadHeaders } from './shapes/file.ts';
import { providerHeaders } from './shapes/provider-answer.ts';
import { sendRelayed } from './shapes/relayed-answer.ts';

/** Mounts routes behind `admit`. What follows the body: 400 of the address, 403, 404, 400 of the body (RULINGS, Everywhere 2). */
export function mountRoutes(server: FastifyInstance, edge: Edge, routes: readonly Route[]): void {
  const takesBytes = (route: Route): boolean => (route.takesBytes ?? route.relays) === true;
  mount(
    server,
    edge,
    routes.filter((route) => !takesBytes(route)),
  );
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    mount(scope, edge, routes.filter(takesBytes));
  });
}

function mount(server: FastifyInstance, edge: Edge, routes: readonly Route[]): void {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      config: {
        ...(route.access === 'public' ? { access: 'public' } : {}),
        ...(route.anyHost === true ? { anyHost: true } : {}),
      },
      ...(isPage(route) ? { errorHandler: showingProblems(edge) } : {}),
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
  const raw = rawInputOf(route, request, query);
  if (route.access === 'public')
    return route.accept(isPage(route) ? { ...raw, browser: browserAt(edge, request, reply) } : raw)(edge.app);
  if (identityOf(request).via === 'user_token' && route.endUsers !== true)
    throw new Failure('FORBIDDEN', notForEndUsers);
  if (route.access === 'identity') return route.accept(raw)(edge.app, { identity: identityOf(request), wish });
  const answer = route.accept(raw);
  const key = idempotencyKeyOf(route, request.headers);
  const ctx = await enterWorkspace(edge, { request, reply, wish });
  checkAllowed(route.access, ctx.caller);
  if ((route.passesThrough ?? route.handsOut) === true && identityOf(request).ambient)
    throw new Failure('FORBIDDEN', notByCookie);
  return key === undefined ? answer(ctx) : answerOnce(ctx, { route, key, raw }, () => answer(ctx));
}

function rawInputOf(route: Route, request: FastifyRequest, query: unknown): RawInput {
  const { params, body, headers } = request;
  const asked = { params, query, accept: headers.accept ?? '', prefer: String(headers['prefer'] ?? '') };
  if (route.relays === true) return { ...asked, body: undefined, incoming: incomingOf(request) };
  if (route.takesBytes !== true) return { ...asked, body };
  const length = headers['content-length'];
  return {
    ...asked,
    body: undefined,
    upload: {
      bytes: body instanceof Readable ? body : Readable.from([]),
      contentType: headers['content-type'],
      length: length === undefined ? undefined : Number(length),
    },
  };
}

function isPage(route: Route): boolean {
  return route.access === 'public' && route.isPage === true;
}

const notByCookie =
  'This endpoint answers what others say, so it takes no cookie. Send an API key or a session token in a header.';

const notForEndUsers =
  'This endpoint is not for the token of an end user. Call it with an API key from the backend of your app.';

const ndjson = 'application/x-ndjson; charset=utf-8';

function send(route: Route, reply: FastifyReply, answer: Answer): FastifyReply {
  const { status, body, headers = {}, events, lines, passed, download, relayed } = answer;
  if (relayed) return sendRelayed(reply, relayed);
  reply.code(status).headers(headers);
  if (download) return reply.headers(downloadHeaders(download)).send(download.bytes);
  if (passed) return reply.code(passed.status).headers(providerHeaders(passed)).send(passed.body);
  if (events) return reply.type('text/event-stream').header('cache-control', 'no-store').send(events);
  if (lines)
    return reply
      .type(route.contentType ?? ndjson)
      .header('cache-control', 'no-store')
      .send(lines);
  return body === undefined
    ? reply.send()
    : reply.type(route.contentType ?? 'application/json; charset=utf-8').send(writeAsCame(body) ?? body);
}
