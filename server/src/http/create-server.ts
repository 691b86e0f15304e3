import { fastify, type FastifyInstance } from 'fastify';
import type { App } from '../context.ts';
import { Failure } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { admit } from './admission/admit.ts';
import { createDrain, type Drain } from './drain.ts';
import type { Edge } from './edge.ts';
import { createCourtesy } from './limits/courtesy.ts';
import { createFailedCredentials } from './limits/failed-credentials.ts';
import { createInFlight } from './limits/in-flight.ts';
import { createRateLimiter } from './limits/rate-limit.ts';
import { watchLoop } from './limits/watch-loop.ts';
import { showLimits } from './telemetry/limit-metrics.ts';
import { logRequest } from './telemetry/log-request.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { mountRoutes } from './mount-routes.ts';
import { refuseWhileUnfit } from './admission/refuse-while-unfit.ts';
import { refuseMalformed, refuseUnroutable } from './refuse-raw.ts';
import type { Route } from './route.ts';
import { operationRoutes } from './routes/operations.ts';
import { securityHeaders } from './security-headers.ts';
import { showFailure } from './show-failure.ts';

/**
 * A way in that is no plain route: MCP, sign-in, the dashboard's files. What it mounts needs a credential
 * unless its config says `access: 'public'`.
 */
export type Door = (server: FastifyInstance, edge: Edge) => void;

export interface ServerExtras {
  readonly routes: readonly Route[];
  readonly doors?: readonly Door[];
  readonly drain?: Drain;
  readonly metrics?: Metrics;
  /** Requests in flight per workspace. Default 1,024. */
  readonly inFlightCap?: number;
}

/** The HTTP server, not yet listening: every route behind the same rules, every failure through the same exit. */
export function createServer(app: App, extras: ServerExtras): FastifyInstance {
  const edge = createEdge(app, extras);
  const headers = securityHeaders(app.config);
  const server = fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    requestTimeout: 60_000,
    genReqId: () => newId(app.clock.now()),
    trustProxy: app.config.trustProxy.length === 0 ? false : [...app.config.trustProxy],
    return503OnClosing: false,
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, request, reply) => refuseUnroutable(error, request, { raw: reply.raw, headers }),
  });
  takeJsonOnly(server);
  addRules(server, edge, headers);
  server.addHook('onClose', async () => edge.courtesy.stop());
  mountRoutes(server, edge, [...extras.routes, ...operationRoutes({ ...edge, routes: extras.routes })]);
  for (const door of extras.doors ?? []) door(server, edge);
  return server;
}

function createEdge(app: App, extras: ServerExtras): Edge {
  const { clock, config } = app;
  const drain = extras.drain ?? createDrain();
  const metrics = extras.metrics ?? createMetrics();
  showLimits(metrics.registry, app.limits);
  const live = new Set<AbortController>();
  drain.deadline.addEventListener('abort', () => {
    for (const controller of live) controller.abort();
  });
  return {
    app,
    drain,
    live,
    metrics,
    perKey: config.rateLimit === 'off' ? undefined : createRateLimiter({ limit: config.rateLimit, clock }),
    failedCredentials: createFailedCredentials({ clock }),
    inFlight: createInFlight(extras.inFlightCap ?? 1024),
    courtesy: createCourtesy({ clock, watch: watchLoop }),
  };
}

function addRules(server: FastifyInstance, edge: Edge, headers: Readonly<Record<string, string>>): void {
  server.decorateRequest('identity', undefined);
  server.decorateRequest('workspaceId', undefined);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
    await admit(edge, request, reply);
    refuseWhileUnfit(edge.app.storage, request.method);
  });
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(edge, request, reply);
    done();
  });
  server.setErrorHandler((error, request, reply) => showFailure(error, { request, reply, log: edge.app.log }));
  server.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split('?', 1);
    const failure = new Failure(
      'NOT_FOUND',
      `Nothing answers ${request.method} ${path}. /openapi.json lists what does.`,
    );
    return showFailure(failure, { request, reply, log: edge.app.log });
  });
}

/** JSON bodies alone; keys that would reach a prototype are refused, an empty body is no body. */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
}
