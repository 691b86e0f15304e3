import { describe, expect, it } from 'vitest';
import { bareApp, bareConfig, fixedAccess } from '../../../tests/support/bare-app.ts';
import { createServer } from './create-server.ts';
import { createDrain, drainServer } from './drain.ts';
import { route } from './route.ts';

async function startWaiting() {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const wait = route({
    name: 'wait',
    method: 'POST',
    path: '/api/v1/wait',
    summary: 'Waits.',
    tag: 'Test',
    access: 'caller',
    answers: { 200: null, 202: null },
    failures: [],
    audit: 'none',
    answer: async ({ signal }) => {
      started.resolve();
      const aborted = new Promise<'aborted'>((resolve) => signal.addEventListener('abort', () => resolve('aborted')));
      return { status: (await Promise.race([finish.promise, aborted])) === 'aborted' ? 202 : 200 };
    },
  });
  const drain = createDrain();
  const config = { ...bareConfig, port: 0 };
  const server = createServer(await bareApp({ config, access: fixedAccess({ key: {} }) }), { routes: [wait], drain });
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${address}/api/v1/wait`, { method: 'POST', headers: { 'x-api-key': 'key' } });
  await started.promise;
  return { server, drain, address, answer, finish };
}

describe('leaving', () => {
  it('is not ready from the first moment on', async () => {
    const drain = createDrain();
    const server = createServer(await bareApp(), { routes: [], drain });
    expect((await server.inject({ url: '/readyz' })).statusCode).toBe(200);
    drain.begin();
    expect((await server.inject({ url: '/readyz' })).json()).toEqual({ status: 'draining' });
    await server.close();
  });

  it('lets a call in flight finish and accepts no more', async () => {
    const { server, drain, address, answer, finish } = await startWaiting();
    const gone = drainServer(server, drain);
    expect(drain.draining).toBe(true);
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
    finish.resolve();
    expect((await answer).status).toBe(200);
    await gone;
  });

  it('aborts what takes too long, and still answers it', async () => {
    const { server, drain, answer } = await startWaiting();
    await drainServer(server, drain, { inFlightMs: 50 });
    expect((await answer).status).toBe(202);
  });

  it('is not hurried by a second signal', async () => {
    const { server, drain, answer, finish } = await startWaiting();
    const first = drainServer(server, drain);
    const second = drainServer(server, drain, { inFlightMs: 1 });
    finish.resolve();
    expect((await answer).status).toBe(200);
    await Promise.all([first, second]);
  });
});
