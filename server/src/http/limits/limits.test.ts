import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { covers } from '../../../../tests/support/covers.ts';
import { bareApp, bareConfig, fixedAccess, withKey } from '../../../../tests/support/bare-app.ts';
import { createServer } from '../create-server.ts';
import { route } from '../route.ts';
import { createInFlight } from './in-flight.ts';

const ask = route({
  name: 'ask',
  method: 'GET',
  path: '/api/v1/ask',
  summary: 'Answers.',
  tag: 'Test',
  access: 'caller',
  answers: { 200: z.object({ ok: z.literal(true) }) },
  failures: [],
  audit: 'none',
  answer: async () => ({ status: 200, body: { ok: true } }),
});

describe('limits at the edge', () => {
  it('a key is told what it has left, and when to come back', async () => {
    covers('everywhere/11-rate-limit');
    const config = { ...bareConfig, rateLimit: 2 };
    const server = createServer(await bareApp({ config, access: fixedAccess({ one: {}, two: {} }) }), {
      routes: [ask],
    });
    const get = (key: string) => server.inject({ url: '/api/v1/ask', headers: withKey(key) });
    const first = await get('one');
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
    await get('one');
    const third = await get('one');
    expect(third.statusCode).toBe(429);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect(third.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect((await get('two')).statusCode).toBe(200);
    await server.close();
  });

  it('wrong keys from one address end in 429, whatever it says it forwards', async () => {
    const server = createServer(await bareApp({ access: fixedAccess({ good: {} }) }), { routes: [ask] });
    const guess = (n: number) =>
      server.inject({ url: '/api/v1/ask', headers: { ...withKey(`guess-${n}`), 'x-forwarded-for': `203.0.113.${n}` } });
    const statuses: number[] = [];
    for (let n = 0; n < 61; n += 1) statuses.push((await guess(n)).statusCode);
    expect([statuses[0], statuses[60]]).toEqual([401, 429]);
    await server.close();
  });

  it('a request without any credential is a 401 however often it comes', async () => {
    const server = createServer(await bareApp(), { routes: [ask] });
    for (let n = 0; n < 70; n += 1) {
      const response = await server.inject({ url: '/api/v1/ask', headers: { host: 'localhost:7400' } });
      expect(response.statusCode).toBe(401);
    }
    await server.close();
  });

  it('a workspace has no more in flight than its cap, and gets its place back when a client leaves', async () => {
    const waiting = Promise.withResolvers<void>();
    const started = Promise.withResolvers<AbortSignal>();
    const slow = route({
      name: 'slow',
      method: 'GET',
      path: '/api/v1/slow',
      summary: 'Waits.',
      tag: 'Test',
      access: 'caller',
      answers: { 204: null },
      failures: [],
      audit: 'none',
      answer: async ({ signal }) => {
        started.resolve(signal);
        await waiting.promise;
        return { status: 204 };
      },
    });
    const config = { ...bareConfig, port: 0 };
    const app = await bareApp({ config, access: fixedAccess({ key: {} }) });
    const server = createServer(app, { routes: [ask, slow], inFlightCap: 1 });
    const port = Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /api/v1/slow HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nx-api-key: key\r\n\r\n`);
    const signal = await started.promise;
    expect((await server.inject({ url: '/api/v1/ask', headers: withKey('key') })).statusCode).toBe(429);
    const left = once(signal, 'abort');
    socket.destroy();
    await left;
    expect((await server.inject({ url: '/api/v1/ask', headers: withKey('key') })).statusCode).toBe(200);
    waiting.resolve();
    await server.close();
  });

  it('places in flight are counted per workspace and given back', () => {
    const inFlight = createInFlight(1);
    const leave = inFlight.enter('one');
    expect(() => inFlight.enter('one')).toThrow(/waiting for an answer/);
    inFlight.enter('two');
    leave();
    inFlight.enter('one');
  });
});
