import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { authDoor } from '../../server/src/http/doors/auth-door.ts';
import { createServer } from '../../server/src/http/create-server.ts';
import { route } from '../../server/src/http/route.ts';
import { bareApp, fixedAccess } from '../support/bare-app.ts';

const change = route({
  name: 'change',
  method: 'POST',
  path: '/api/v1/change',
  summary: 'Changes something.',
  tag: 'Test',
  access: 'caller',
  body: z.object({}).default({}),
  answers: { 200: z.object({ ok: z.literal(true) }) },
  failures: [],
  audit: 'none',
  answer: async () => ({ status: 200, body: { ok: true } }),
});

let server: FastifyInstance;
beforeAll(async () => {
  const access = fixedAccess({ 'session=1': { ambient: true }, key: {} });
  server = createServer(await bareApp({ access }), { routes: [change], doors: [authDoor] });
});
afterAll(() => server.close());

const ours = 'http://localhost:7400';

async function post(headers: Record<string, string>, payload = '{}', url = '/api/v1/change') {
  const response = await server.inject({
    method: 'POST',
    url,
    headers: { host: 'localhost:7400', ...headers },
    payload,
  });
  return response.statusCode;
}

describe('S7: a page on another origin that has our visitor’s cookie', () => {
  it.each([
    ['another port of the same host', { origin: 'http://localhost:3000' }],
    ['another scheme', { origin: 'https://localhost:7400' }],
    ['a host that begins like ours', { origin: 'http://localhost:7400.evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin at all', {}],
  ])('%s changes nothing', async (_what, headers) => {
    expect(await post({ cookie: 'session=1', 'content-type': 'application/json', ...headers })).toBe(403);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a form (%s) changes nothing, even from our origin',
    async (contentType) => {
      expect(await post({ cookie: 'session=1', origin: ours, 'content-type': contentType })).toBe(403);
    },
  );

  it('our own pages may', async () => {
    expect(await post({ cookie: 'session=1', origin: ours, 'content-type': 'application/json; charset=utf-8' })).toBe(
      200,
    );
    expect(await post({ cookie: 'session=1', origin: ours }, '')).toBe(200);
  });

  it('a key needs no origin', async () => {
    expect(await post({ authorization: 'Bearer key', 'content-type': 'application/json' })).toBe(200);
  });

  it('nobody is signed in or out from elsewhere', async () => {
    const headers = { origin: 'http://localhost:3000', 'content-type': 'application/json' };
    const body = JSON.stringify({ email: 'attacker@example.com', password: 'a password' });
    expect(await post(headers, body, '/api/auth/sign-in/email')).toBe(403);
    expect(await post({ cookie: 'session=1' }, '', '/api/auth/sign-out')).toBe(403);
  });

  it('no answer lets another origin read it', async () => {
    const preflight = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      host: 'localhost:7400',
    };
    const response = await server.inject({ method: 'OPTIONS', url: '/api/v1/change', headers: preflight });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    expect(response.statusCode).toBe(401);
  });
});
