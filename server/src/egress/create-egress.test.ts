import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  expectProblem,
  failureOf,
  listenHttp,
  listenTcp,
  nameServer,
  openEgress,
} from '../../../tests/attacks/egress/support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function door(options: Parameters<typeof openEgress>[0] = {}) {
  const egress = openEgress({ allow: ['127.0.0.0/8'], ...options });
  opened.push(egress);
  return egress;
}

async function serve(...args: Parameters<typeof listenHttp>) {
  const server = await listenHttp(...args);
  opened.push(server);
  return server;
}

describe('request', () => {
  it('sends method, headers and body, and hands back status, headers and body', async () => {
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.writeHead(201, { 'X-Two': ['a', 'b'], 'content-type': 'application/json' });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
    const headers = { Authorization: 'Bearer x', 'content-type': 'text/plain' };
    const answer = await door().request({ method: 'PUT', url: `${server.url}/a?b=c#d`, headers, body: 'héllo' });
    expect(answer).toMatchObject({ status: 201, url: `${server.url}/a?b=c`, headers: { 'x-two': 'a, b' } });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      method: 'PUT',
      url: '/a?b=c',
      body: 'héllo',
      headers: { authorization: 'Bearer x', 'user-agent': 'Plugboard', 'content-length': '6' },
    });
  });

  it('keeps connections for the next calls', async () => {
    const server = await serve((_request, response) => response.end('x'));
    const { resolver, asked } = nameServer({ 'a.example': ['127.0.0.1'] });
    const egress = door({ resolver });
    for (let n = 0; n < 20; n++) await egress.request({ method: 'GET', url: `http://a.example:${server.port}/` });
    expect(server.accepted()).toBeLessThanOrEqual(2);
    expect(asked).toHaveLength(server.accepted());
  });

  it('tries the next checked address when one does not answer', async () => {
    const server = await serve((_request, response) => response.end('x'), '127.0.0.2');
    const { resolver } = nameServer({ 'a.example': ['127.0.0.3', '127.0.0.2'] });
    const answer = await door({ resolver }).request({ method: 'GET', url: `http://a.example:${server.port}/` });
    expect(answer.status).toBe(200);
  });

  const text = 'plugboard '.repeat(1_000);
  it.each([
    ['gzip', zlib.gzipSync(text)],
    ['x-gzip', zlib.gzipSync(text)],
    ['deflate', zlib.deflateSync(text)],
    ['deflate', zlib.deflateRawSync(text)],
    ['br', zlib.brotliCompressSync(text)],
    ['zstd', zlib.zstdCompressSync(text)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(text))],
    ['identity', Buffer.from(text)],
  ])('undoes %s', async (coding, bytes) => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    const answer = await door().request({ method: 'GET', url: server.url });
    expect(answer.body.toString()).toBe(text);
    if (coding !== 'identity') expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it('hands on a coding it does not know, and says so', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, secret' }).end('xyz'),
    );
    const answer = await door().request({ method: 'GET', url: server.url });
    expect([answer.headers['content-encoding'], answer.body.toString()]).toEqual(['gzip, secret', 'xyz']);
  });

  it('reads answers without a body', async () => {
    const server = await serve((request, response) => {
      response.writeHead(request.method === 'HEAD' ? 200 : 204, { 'content-encoding': 'gzip' }).end();
    });
    const egress = door();
    for (const method of ['HEAD', 'DELETE'])
      expect((await egress.request({ method, url: server.url })).body).toHaveLength(0);
  });

  it('ends when its signal fires, before and after sending', async () => {
    const server = await serve(() => undefined);
    const egress = door();
    const early = egress.request({ method: 'GET', url: server.url, signal: AbortSignal.abort() });
    await expectProblem(early, 'aborted', false);
    expect(server.accepted()).toBe(0);
    const late = egress.request({ method: 'GET', url: server.url, signal: AbortSignal.timeout(100) });
    await expectProblem(late, 'aborted', true);
  });

  it('says in plain words that nothing listens', async () => {
    const server = await listenTcp();
    await server.close();
    const failure = await expectProblem(
      door().request({ method: 'POST', url: `${server.url}/secret`, body: 'x' }),
      'connect',
      false,
    );
    expect(failure.message).toBe(`Connection refused: nothing listens at 127.0.0.1:${server.port}.`);
  });

  it('says what to do about a private address', async () => {
    const { resolver } = nameServer({ 'api.example.com': ['10.0.0.1'] });
    const failure = await failureOf(
      door({ resolver }).request({ method: 'GET', url: 'https://api.example.com/secret?secret' }),
    );
    expect(failure.message).toBe(
      'api.example.com resolves to a private address (10.0.0.1), which Plugboard refuses. Add it to PLUGBOARD_EGRESS_ALLOW if it is meant to be reached.',
    );
  });

  it('keeps a bounded number of origins open', async () => {
    const server = await serve((_request, response) => response.end());
    const closed: number[] = [];
    const egress = door({ resolver: async () => [{ address: '127.0.0.1' }] });
    for (let n = 0; n < 530; n++) await egress.request({ method: 'GET', url: `http://h${n}.example:${server.port}/` });
    for (const n of [0, 529]) {
      const before = server.accepted();
      await egress.request({ method: 'GET', url: `http://h${n}.example:${server.port}/` });
      closed.push(server.accepted() - before);
    }
    expect(closed).toEqual([1, 0]);
  });

  it('ends calls under way when it is closed, and takes no new ones', async () => {
    const server = await serve(() => undefined);
    const egress = door();
    const waiting = failureOf(egress.request({ method: 'GET', url: server.url }));
    await expect.poll(server.accepted).toBe(1);
    await egress.close();
    expect(await waiting).toMatchObject({ problem: 'aborted', sent: true });
    await expectProblem(egress.request({ method: 'GET', url: server.url }), 'aborted', false);
  });
});

describe('stream', () => {
  it('hands back the body while it arrives', async () => {
    const server = await serve((_request, response) => {
      response.write('one');
      setTimeout(() => response.end('two'), 50);
    });
    const { body, status } = await door().stream({ method: 'GET', url: server.url });
    const chunks: string[] = [];
    for await (const chunk of body) chunks.push(String(chunk));
    expect({ status, chunks }).toEqual({ status: 200, chunks: ['one', 'two'] });
  });

  it('closes the connection when the reader leaves', async () => {
    let left = false;
    const server = await serve((_request, response) => {
      response.once('close', () => (left = true)).write('x'.repeat(1_000));
    });
    const { body } = await door().stream({ method: 'GET', url: server.url });
    body.destroy();
    await expect.poll(() => left).toBe(true);
  });

  it('crashes nothing when nobody reads', async () => {
    const server = await serve((_request, response) => response.write('x'.repeat(1_000_000)));
    const { body } = await door().stream({ method: 'GET', url: server.url, timeoutMs: 100 });
    await expect.poll(() => body.destroyed).toBe(true);
  });
});

describe('connect and check', () => {
  it('hands out a connected socket on any port', async () => {
    const server = await listenTcp((socket) => socket.end('greetings'));
    opened.push(server);
    const socket = await door().connect({ host: '127.0.0.1', port: server.port });
    let greeting = '';
    for await (const chunk of socket) greeting += String(chunk);
    expect(greeting).toBe('greetings');
  });

  it('checks an address without dialling, and forgives an unknown name', async () => {
    const server = await listenTcp();
    opened.push(server);
    const egress = door({ resolver: nameServer({ 'a.example': ['127.0.0.1'], 'b.example': ['10.0.0.1'] }).resolver });
    await egress.check(`http://a.example:${server.port}/`);
    await egress.check('http://unknown.example/');
    await expectProblem(egress.check('http://b.example/'), 'refused', false);
    await expectProblem(egress.check('http://a.example:25/'), 'refused', false);
    expect(server.accepted()).toBe(0);
  });

  it('refuses an allow-list it cannot read', () => {
    expect(() => openEgress({ allow: ['http://x'] })).toThrow('PLUGBOARD_EGRESS_ALLOW');
  });
});
