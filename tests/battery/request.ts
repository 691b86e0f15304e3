import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { z } from 'zod';
import { type FailureCode, failureStatus } from '../../server/src/errors.ts';
import { takesIdempotencyKey } from '../../server/src/http/idempotency/idempotency-key.ts';
import type { Route } from '../../server/src/http/route.ts';
import { answeredBy } from '../../server/src/http/shapes/provider-answer.ts';
import type { StartedInstance } from '../support/instance.ts';

/** What a request of the battery says. */
export interface Asked {
  readonly key?: string | undefined;
  /** Where it comes from; wrong credentials are counted by it. */
  readonly address?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Named in a header. */
  readonly workspace?: string;
  /** A value is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: unknown;
}

/** Sends a request to a route, and checks of every answer that it is one the route declares, in its declared shape. */
export async function ask(instance: StartedInstance, route: Route, asked: Asked): Promise<Answered> {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(asked.params[name] ?? ''));
  const response = await instance.server.inject({
    method: route.method,
    url: path,
    query: { ...asked.query },
    remoteAddress: asked.address ?? '127.0.0.1',
    headers: headersFor(asked),
    ...(asked.body === undefined
      ? {}
      : { payload: typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body) }),
  });
  return checked(route, response);
}

function headersFor({ key, workspace, body }: Asked): Record<string, string> {
  return {
    host: 'localhost:7400',
    ...(key === undefined ? {} : { 'x-api-key': key }),
    ...(workspace === undefined ? {} : { 'x-workspace': workspace }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

const envelope = z.object({
  error: z.looseObject({
    code: z.string(),
    message: z.string().min(1),
    request_id: z.uuid(),
    problems: z.unknown().optional(),
  }),
});
const detail = z.strictObject({
  detail: z
    .array(z.strictObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string(), type: z.string() }))
    .min(1),
});

/** What an answer says. Throws where the route does not declare it: its status, its code or its shape. */
export function checked(route: Route, response: LightMyRequestResponse): Answered {
  const status = response.statusCode;
  expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  if (response.headers[answeredBy.name] !== undefined) {
    expect(route.passesThrough, `${route.name} handed on what a provider answered`).toBe(true);
    return { status, code: undefined, body: response.body };
  }
  const shape = route.answers[status];
  if (shape === undefined) return failed(route, response);
  if (shape === null) {
    expect(response.body).toBe('');
    return { status, code: undefined, body: undefined };
  }
  if (String(response.headers['content-type']).startsWith('text/event-stream')) {
    expect(route.streams, `${route.name} answered with events`).toBe(true);
    return { status, code: undefined, body: response.body };
  }
  const body: unknown = route.contentType === undefined ? response.json() : response.body;
  // Parsing drops what the shape does not name: a field more would leak unseen.
  expect(shape.parse(body)).toEqual(body);
  return { status, code: undefined, body };
}

function failed(route: Route, response: LightMyRequestResponse): Answered {
  const status = response.statusCode;
  if (route.method === 'HEAD') return failedBare(route, response);
  const body: unknown = response.json();
  if (route.path.startsWith('/v1/tools/') && detail.safeParse(body).success)
    return { status, code: 'INVALID_INPUT', body };
  const { code, message, request_id: requestId, problems } = envelope.parse(body).error;
  // What is wrong with a field is told in the words of the documents, which are no sentence.
  if (problems === undefined) expect(message).toMatch(/[.?:)]$/);
  expect(requestId).toBe(response.headers['x-request-id']);
  const declared = [...everyRoute, ...(takesIdempotencyKey(route) ? repeated : []), ...route.failures];
  expect(declared, `${route.name} answered ${status} ${response.body}`).toContain(code);
  const known: Readonly<Record<string, number>> = failureStatus;
  expect(status).toBe(known[code]);
  return { status, code, body };
}

/** A refusal of a HEAD has its status alone (RFC 9110 §9.3.2). */
function failedBare(route: Route, { statusCode: status, body }: LightMyRequestResponse): Answered {
  expect(body).toBe('');
  const code = [...everyRoute, ...route.failures].find((each) => failureStatus[each] === status);
  expect(code, `${route.name} answered ${status}`).toBeDefined();
  return { status, code, body: undefined };
}

/** What a route that takes an Idempotency-Key may refuse with besides. */
const repeated: readonly FailureCode[] = ['CONFLICT'];

/** What every route may refuse with. */
const everyRoute: readonly FailureCode[] = [
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
];
