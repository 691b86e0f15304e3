import { afterAll, expect, it } from 'vitest';
import { listenHttp, listenTcp, openEgress } from '../../../../tests/attacks/egress/support.ts';
import type { Egress } from '../egress.ts';
import { mostFailures } from './breakers.ts';
import { createHealth } from './health.ts';

const log = { warn: () => undefined, info: () => undefined };
const health = createHealth({ clock: { now: () => 1_000 }, log });
const egress = openEgress({ allow: ['127.0.0.1'], health, timeouts: { connectMs: 500 } });
afterAll(() => egress.close());

type Ask = (egress: Egress, port: number) => Promise<unknown>;

const ways: readonly (readonly [string, string, Ask])[] = [
  ['request', 'http', (door, port) => door.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })],
  ['stream', 'http', (door, port) => door.stream({ method: 'GET', url: `http://127.0.0.1:${port}/` })],
  ['fetch', 'http', (door, port) => door.fetch()(`http://127.0.0.1:${port}/`)],
  ['connect', 'tcp', (door, port) => door.connect({ host: '127.0.0.1', port })],
];

async function often(ask: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < mostFailures; n += 1) await ask().catch(() => undefined);
}

it.each(ways)('%s tells of an origin where nothing listens, on everybody’s account', async (_way, scheme, ask) => {
  const gone = await listenTcp();
  await gone.close();
  await often(() => ask(egress.of('one'), gone.port));
  expect(health.refusedUntil(`${scheme}://127.0.0.1:${gone.port}`, 'other')).toBeDefined();
});

it.each(ways.slice(0, 3))(
  '%s tells of an origin that breaks off, on the account of who asked',
  async (_way, _scheme, ask) => {
    const broken = await listenTcp((socket) => socket.once('data', () => socket.destroy()));
    await often(() => ask(egress.of('one'), broken.port));
    const refused = ['one', 'other'].map(
      (id) => health.refusedUntil(`http://127.0.0.1:${broken.port}`, id) !== undefined,
    );
    expect(refused).toEqual([true, false]);
    await broken.close();
  },
);

it('an answer to anybody, the process itself too, says that the origin is there', async () => {
  const server = await listenHttp((_request, response) => response.writeHead(404).end());
  const { port } = server;
  const origin = `http://127.0.0.1:${port}`;
  await server.close();
  await often(() => egress.of('one').request({ method: 'GET', url: origin }));
  expect(health.refusedUntil(origin, 'one')).toBeDefined();
  const back = await listenHttp((_request, response) => response.writeHead(404).end(), '127.0.0.1', port);
  await egress.request({ method: 'GET', url: origin });
  expect(health.refusedUntil(origin, 'one')).toBeUndefined();
  await back.close();
});

it('a request that the caller gave up, or that our rules refuse, says nothing', async () => {
  const silent = await listenTcp();
  const door = egress.of('one');
  await often(() => door.request({ method: 'GET', url: silent.url, signal: AbortSignal.timeout(20) }));
  await often(() => door.request({ method: 'GET', url: 'http://10.0.0.1/' }));
  expect(health.refusedUntil(silent.url, 'one')).toBeUndefined();
  expect(health.refusedUntil('http://10.0.0.1', 'one')).toBeUndefined();
  await silent.close();
});
