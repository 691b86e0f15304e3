import { z } from 'zod';
import { readInstance } from '../../access/keys/known-keys.ts';
import type { App, Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Drain } from '../drain.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { buildOpenapi } from '../openapi/build-openapi.ts';
import { docsPage } from '../openapi/docs-page.ts';
import { identityRoute, publicRoute, route, type Route } from '../route.ts';

const tag = 'Operations';
const html = 'text/html; charset=utf-8';

export interface OperationParts {
  readonly drain: Drain;
  readonly metrics: Metrics;
  /** Every other route, for the description of the API. */
  readonly routes: readonly Route[];
}

/** What runs the process rather than the product: health, metrics, and the description of the API. */
export function operationRoutes({ drain, metrics, routes }: OperationParts): readonly Route[] {
  const operations: readonly Route[] = [
    health(),
    readiness(drain),
    metricsText(metrics),
    description(() => all),
    docs(),
  ];
  const all = [...routes, ...operations];
  return operations;
}

function health(): Route {
  return publicRoute({
    name: 'getHealth',
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process is alive.',
    tag,
    anyHost: true,
    answers: { 200: z.object({ status: z.literal('ok') }) },
    failures: [],
    audit: 'none',
    answer: async () => ({ status: 200, body: { status: 'ok' } }),
  });
}

function readiness(drain: Drain): Route {
  return publicRoute({
    name: 'getReadiness',
    method: 'GET',
    path: '/readyz',
    summary: 'Whether it can work: the database answers, there is room on the disk, and the process is not leaving.',
    tag,
    anyHost: true,
    answers: {
      200: z.object({ status: z.literal('ready') }),
      503: z.object({
        status: z.enum(['draining', 'database_unavailable', 'database_read_only', 'disk_full', 'disk_nearly_full']),
      }),
    },
    failures: [],
    audit: 'none',
    answer: async (app) => {
      if (drain.draining) return { status: 503, body: { status: 'draining' } };
      const isAnswering = await answersInTime(app);
      const { unfit } = app.storage;
      if (isAnswering && unfit === undefined) return { status: 200, body: { status: 'ready' } };
      return { status: 503, body: { status: unfit ?? 'database_unavailable' } };
    },
  });
}

function metricsText(metrics: Metrics): Route {
  return route({
    name: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    summary: 'Counters of this process in the format of Prometheus, for the operator and keys that act for them.',
    tag,
    access: { role: 'VIEWER', scope: 'metrics:read' },
    answers: { 200: z.string() },
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    failures: [],
    audit: 'none',
    find: requireOperatorsPerson,
    answer: async () => ({ status: 200, body: await metrics.text() }),
  });
}

function description(routes: () => readonly Route[]): Route {
  let document: ReturnType<typeof buildOpenapi> | undefined;
  return identityRoute({
    name: 'getOpenapi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description (OpenAPI 3.1).',
    tag,
    answers: { 200: z.record(z.string(), z.unknown()) },
    failures: [],
    audit: 'none',
    answer: async () => {
      document ??= buildOpenapi(routes());
      return { status: 200, body: document };
    },
  });
}

function docs(): Route {
  return identityRoute({
    name: 'getDocs',
    method: 'GET',
    path: '/docs',
    summary: 'The description as a page, with forms to try every endpoint.',
    tag,
    answers: { 200: z.string() },
    contentType: html,
    failures: [],
    audit: 'none',
    answer: async () => {
      const { body, contentSecurityPolicy } = docsPage();
      return { status: 200, body, headers: { 'content-security-policy': contentSecurityPolicy } };
    },
  });
}

/** What a process does is not for every workspace's eyes (S22), but a scraper's key need not be the first admin key. */
async function requireOperatorsPerson({ storage, caller }: Context): Promise<void> {
  const { operatorId } = await readInstance(storage);
  if (caller.userId === operatorId) return;
  throw new Failure(
    'FORBIDDEN',
    'Metrics are for the operator of this installation: use a key that the operator made.',
  );
}

async function answersInTime({ storage }: App): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), 2_000);
  const ping = storage.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([ping, late.promise]).finally(() => clearTimeout(timer));
}
