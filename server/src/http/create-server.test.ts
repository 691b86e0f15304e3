import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { FastifyInstance } from 'fastify';
import { covers } from '../../../tests/support/covers.ts';
import { bareApp, fixedAccess, onlyWorkspace, withKey } from '../../../tests/support/bare-app.ts';
import { Failure } from '../errors.ts';
import { createServer } from './create-server.ts';
import { route, publicRoute, type Route } from './route.ts';

const tag = 'Test';
const ok = z.object({ ok: z.boolean() });

const things: readonly Route[] = [
  route({
    name: 'changeThing',
    method: 'PATCH',
    path: '/api/v1/things/:id',
    summary: 'Changes a thing.',
    tag,
    access: { role: 'MANAGER', scope: 'connections:write' },
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ name: z.string().min(1) }),
    answers: { 200: z.object({ name: z.string(), found: z.string() }) },
    failures: ['NOT_FOUND'],
    audit: 'none',
    find: async (_ctx, { params }) => {
      if (params.id.startsWith('0')) throw new Failure('NOT_FOUND', 'There is no such thing.');
      return params.id;
    },
    answer: async (_ctx, { body, found }) => ({ status: 200, body: { name: body.name, found } }),
  }),
  route({
    name: 'verifyThing',
    method: 'POST',
    path: '/api/v1/things/:id/verify',
    summary: 'Needs a named workspace.',
    tag,
    access: { role: 'MANAGER', scope: 'connections:write' },
    workspaceIn: 'query',
    params: z.object({ id: z.string() }),
    answers: { 200: ok },
    failures: [],
    audit: 'none',
    answer: async () => ({ status: 200, body: { ok: true } }),
  }),
  route({
    name: 'breakThing',
    method: 'GET',
    path: '/api/v1/broken',
    summary: 'Has a bug.',
    tag,
    access: 'caller',
    query: z.strictObject({ limit: z.coerce.number().int().max(10).optional() }),
    answers: { 200: ok },
    failures: [],
    audit: 'none',
    answer: async () => {
      throw new Error('the password is hunter2');
    },
  }),
  publicRoute({
    name: 'postOpen',
    method: 'POST',
    path: '/open',
    summary: 'For everybody.',
    tag,
    body: z.object({ n: z.number() }),
    answers: { 200: ok },
    failures: [],
    audit: 'none',
    answer: async (_app, { body }) => ({ status: 200, body: { ok: body.n > 0 } }),
  }),
];

let server: FastifyInstance;
const found = '/api/v1/things/11111111-1111-4111-8111-111111111111';
const absent = '/api/v1/things/01111111-1111-4111-8111-111111111111';

beforeAll(async () => {
  const access = fixedAccess({ owner: {}, viewer: { role: 'VIEWER' }, narrow: { scopes: ['tools:call'] } });
  server = createServer(await bareApp({ access }), { routes: things });
});
afterAll(() => server.close());

async function patch(url: string, key: string, payload: string) {
  const headers = { ...withKey(key), 'content-type': 'application/json' };
  const response = await server.inject({ method: 'PATCH', url, headers, payload });
  const body: unknown = response.json();
  return {
    status: response.statusCode,
    body,
    error: z.object({ error: z.looseObject({ code: z.string() }) }).safeParse(body).data?.error,
  };
}

describe('the order of refusals', () => {
  it('refuses a foreign Host before it asks who is there', async () => {
    covers('everywhere/2-order');
    const response = await server.inject({ method: 'PATCH', url: found, headers: { host: 'evil.example' } });
    expect(response.statusCode).toBe(400);
  });

  it('says 401 before it reads the body', async () => {
    expect((await patch(found, 'nobody', '{ not json')).status).toBe(401);
    expect((await patch(found, 'nobody', 'x'.repeat(2 * 1024 * 1024))).status).toBe(401);
  });

  it('says 400 for an unparsable body before 403', async () => {
    expect((await patch(found, 'viewer', '{ not json')).error).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('says 400 for a malformed id before 403', async () => {
    const { status, error } = await patch('/api/v1/things/no-uuid', 'viewer', '{}');
    expect(status).toBe(400);
    expect(error?.['problems']).toEqual([{ path: '/id', message: expect.any(String) }]);
  });

  it('says 400 for a workspace that had to be named before 403, and 403 for one of which one is no member', async () => {
    const post = (query: string, key: string) =>
      server.inject({ method: 'POST', url: `/api/v1/things/x/verify${query}`, headers: withKey(key) });
    expect((await post('', 'viewer')).statusCode).toBe(400);
    expect((await post('?workspace_id=another', 'owner')).statusCode).toBe(403);
    expect((await post(`?workspace_id=${onlyWorkspace}`, 'owner')).statusCode).toBe(200);
  });

  it('says 403 before 404, naming the role or the scope that is missing', async () => {
    expect((await patch(absent, 'viewer', '{}')).error).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('MANAGER'),
    });
    expect((await patch(absent, 'narrow', '{}')).error).toMatchObject({
      message: expect.stringContaining('connections:write'),
    });
  });

  it('says 404 before it speaks of what the body holds', async () => {
    expect((await patch(absent, 'owner', '{"nmae":1}')).status).toBe(404);
  });

  it('says 400 for the body last, naming every problem', async () => {
    const { error } = await patch(found, 'owner', '{"nmae":"x"}');
    expect(error).toMatchObject({ code: 'BAD_REQUEST', message: 'name is missing.' });
    expect(error?.['problems']).toEqual([
      { path: '/name', message: 'is missing.' },
      { path: '/nmae', message: 'is not a field we know.' },
    ]);
  });

  it('answers when all is well', async () => {
    expect((await patch(found, 'owner', '{"name":"x"}')).body).toEqual({ name: 'x', found: found.slice(-36) });
  });
});

describe('every answer', () => {
  it('carries a request id of ours, the same in the body of a failure', async () => {
    covers('everywhere/3-request-id', 'everywhere/3-errors');
    const response = await server.inject({
      url: '/nowhere',
      headers: { ...withKey('owner'), 'x-request-id': 'chosen-by-the-caller' },
    });
    expect(response.statusCode).toBe(404);
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.json()).toMatchObject({
      error: { code: 'NOT_FOUND', request_id: response.headers['x-request-id'] },
    });
  });

  it('tells browsers to load, frame, sniff and keep nothing', async () => {
    const { headers } = await server.inject({ url: '/healthz' });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
  });

  it('is 401 on a path nobody knows without a key', async () => {
    const response = await server.inject({ url: '/nowhere', headers: { host: 'localhost:7400' } });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toContain('Bearer');
  });

  it('says nothing of a bug but the request id', async () => {
    const response = await server.inject({ url: '/api/v1/broken', headers: withKey('owner') });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('hunter2');
    expect(response.json()).toMatchObject({ error: { code: 'INTERNAL', request_id: expect.any(String) } });
  });
});

describe('what a client can send', () => {
  const post = (payload: string, contentType = 'application/json') =>
    server.inject({
      method: 'POST',
      url: '/open',
      headers: { host: 'localhost:7400', 'content-type': contentType },
      payload,
    });

  it.each([
    ['a body over 1 MiB', () => post(JSON.stringify({ n: 'x'.repeat(1024 * 1024) })), 413],
    ['another media type', () => post('n=1', 'application/x-www-form-urlencoded'), 400],
    ['a media type that is none', () => post('{}', ';;;'), 400],
    ['no body', () => post(''), 400],
    ['a key that reaches a prototype', () => post('{"n":1,"__proto__":{"admin":true}}'), 400],
    ['a constructor with a prototype', () => post('{"n":1,"constructor":{"prototype":{"admin":true}}}'), 400],
    ['JSON that is no object', () => post('[1]'), 400],
    [
      'a path that is not percent-encoded',
      () => server.inject({ url: '/open/%zz', headers: { host: 'localhost:7400' } }),
      400,
    ],
    [
      'a path part of 600 characters',
      () =>
        server.inject({ url: `/api/v1/things/${'a'.repeat(600)}/verify`, method: 'POST', headers: withKey('owner') }),
      400,
    ],
    ['an unknown query parameter', () => server.inject({ url: '/api/v1/broken?x=1', headers: withKey('owner') }), 400],
    [
      'a query parameter out of range',
      () => server.inject({ url: '/api/v1/broken?limit=11', headers: withKey('owner') }),
      400,
    ],
    [
      'two workspaces',
      () => server.inject({ url: '/api/v1/broken?workspace_id=a&workspace_id=b', headers: withKey('owner') }),
      400,
    ],
    [
      'a method without a route',
      () => server.inject({ method: 'DELETE', url: '/open', headers: withKey('owner') }),
      404,
    ],
  ])('%s is refused in our words', async (_what, send, status) => {
    covers('everywhere/3-no-500', 'everywhere/3-too-large');
    const response = await send();
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({
      error: { code: expect.any(String), message: expect.stringMatching(/\.$/), request_id: expect.any(String) },
    });
    expect(response.headers['x-request-id']).toBeDefined();
  });

  it('answers in our shape to what is not HTTP', async () => {
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    const [data] = await once(socket, 'data');
    expect(String(data)).toContain('"code":"BAD_REQUEST"');
    socket.destroy();
  });
});
