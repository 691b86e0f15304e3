import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Egress, EgressError } from '../../../server/src/egress/egress.ts';
import { expectProblem, failureOf, listenHttp, listenTcp, openEgress, type Listening } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function door(timeouts = {}): Egress {
  const egress = openEgress({ allow: ['127.0.0.1'], timeouts });
  opened.push(egress);
  return egress;
}

async function http(onRequest: RequestListener): Promise<string> {
  return keep(await listenHttp(onRequest));
}

/** A server that says these bytes to whoever asks, and whatever `then` does. */
async function raw(answer: string, andThen: (socket: Socket) => void = () => undefined): Promise<string> {
  return keep(
    await listenTcp((socket) => {
      socket.once('data', () => {
        socket.write(answer, 'latin1');
        andThen(socket);
      });
    }),
  );
}

function keep(server: Listening): string {
  opened.push(server);
  return server.url;
}

async function drain(body: Readable): Promise<EgressError | number> {
  let size = 0;
  try {
    for await (const chunk of body) size += Buffer.from(chunk).length;
  } catch (error) {
    return failureOf(Promise.reject(error));
  }
  return size;
}

function every(ms: number, act: () => void, socket: Socket): void {
  const timer = setInterval(act, ms);
  socket.once('close', () => clearInterval(timer));
}

const zeros = Buffer.alloc(20_000_000);
const bombs = {
  gzip: zlib.gzipSync(zeros),
  deflate: zlib.deflateSync(zeros),
  'deflate, bare': zlib.deflateRawSync(zeros),
  br: zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: zlib.zstdCompressSync(zeros),
  'gzip, gzip': zlib.gzipSync(zlib.gzipSync(zeros)),
  'br, x-gzip': zlib.gzipSync(zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })),
} as const;

describe('S24: an answer cannot exhaust us', () => {
  it.each(Object.entries(bombs))('stops a %s bomb', async (coding, bomb) => {
    const url = await http((_request, response) =>
      response.setHeader('content-encoding', coding.replace(', bare', '')).end(bomb),
    );
    expect(bomb.length).toBeLessThan(100_000);
    await expectProblem(door().request({ method: 'GET', url, maxBytes: 100_000 }), 'too_large', true);
    const { body } = await door().stream({ method: 'GET', url, maxBytes: 100_000 });
    const outcome = await drain(body);
    expect(outcome).toMatchObject({ problem: coding.endsWith('bare') ? 'broken' : 'too_large', sent: true });
  });

  it('stops a body that never ends', async () => {
    let closed = false;
    const url = await http((_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', pour).once('close', () => (closed = true));
      pour();
    });
    await expectProblem(door().request({ method: 'GET', url, maxBytes: 1_000_000 }), 'too_large', true);
    expect(await drain((await door().stream({ method: 'GET', url, maxBytes: 1_000_000 })).body)).toMatchObject({
      problem: 'too_large',
    });
    await expect.poll(() => closed).toBe(true);
  });

  it('stops an event that never ends, and lets a stream of many events pass', async () => {
    const url = await http((request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      const line = Buffer.from(`data: ${'x'.repeat(65_536)}\n`);
      const separator = request.url === '/many' ? '\n' : '';
      for (let n = 0; n < 200; n++) response.write(`${line}${separator}`);
      response.end('\n');
    });
    const fetch = door().fetch();
    await expect((await fetch(`${url}/one`)).text()).rejects.toMatchObject({ problem: 'too_large' });
    expect((await (await fetch(`${url}/many`)).text()).length).toBeGreaterThan(13_000_000);
  });

  it('stops endless headers', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\n', (socket) => {
      every(1, () => socket.write(`x-filler-${randomBytes(4).toString('hex')}: ${'y'.repeat(8_192)}\r\n`), socket);
    });
    await expectProblem(door().request({ method: 'GET', url }), 'too_large', true);
  });

  it('stops a hundred kilobytes of one header', async () => {
    const url = await raw(`HTTP/1.1 200 OK\r\nx-huge: ${'y'.repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`);
    await expectProblem(door().request({ method: 'GET', url }), 'too_large', true);
  });
});

describe('S24: an answer cannot hold us', () => {
  it('gives up on headers that drip', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\nx: ', (socket) => every(20, () => socket.write('y'), socket));
    await expectProblem(door().request({ method: 'GET', url, timeoutMs: 300 }), 'timeout', true);
  });

  it('gives up on endless interim answers', async () => {
    const url = await raw('', (socket) =>
      every(5, () => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), socket),
    );
    await expectProblem(door().request({ method: 'GET', url, timeoutMs: 300 }), 'timeout', true);
  });

  it('gives up on a body that drips', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', (socket) =>
      every(20, () => socket.write('y'), socket),
    );
    await expectProblem(door().request({ method: 'GET', url, timeoutMs: 300 }), 'timeout', true);
    const { body } = await door().stream({ method: 'GET', url, timeoutMs: 300 });
    expect(await drain(body)).toMatchObject({ problem: 'timeout', sent: true });
  });

  it('keeps its limits after a redirect', async () => {
    const url = await http((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/slow' }).end('elsewhere');
    });
    const slow = { method: 'GET', url, redirects: 1, timeoutMs: 300 };
    await expectProblem(door().request(slow), 'timeout', true);
    await expectProblem(door().stream(slow), 'timeout', true);
    await expect(door().fetch()(url, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('gives up on silence after the headers, without a limit for the whole', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc');
    const { body } = await door({ idleMs: 200 }).stream({ method: 'GET', url, timeoutMs: Number.POSITIVE_INFINITY });
    expect(await drain(body)).toMatchObject({ problem: 'timeout', sent: true });
  });

  it('gives up on a connection that takes everything and says nothing', async () => {
    const url = await raw('');
    await expectProblem(door().request({ method: 'POST', url, body: 'x', timeoutMs: 200 }), 'timeout', true);
    await expectProblem(door({ headersMs: 200 }).request({ method: 'GET', url }), 'timeout', true);
  });

  it('gives up on a TLS handshake that never answers, before anything was sent', async () => {
    const url = (await raw('')).replace('http:', 'https:');
    await expectProblem(door({ connectMs: 200 }).request({ method: 'GET', url }), 'timeout', false);
  });

  it('gives up on a name server that never answers', async () => {
    const egress = openEgress({ resolver: () => new Promise(() => undefined), timeouts: { dnsMs: 100 } });
    await expectProblem(egress.request({ method: 'GET', url: 'http://slow.example/' }), 'dns', false);
    await expectProblem(
      egress.request({ method: 'GET', url: 'http://slow.example/', timeoutMs: 50 }),
      'timeout',
      false,
    );
    await egress.close();
  });
});

describe('S24: a broken answer is told as one', () => {
  const broken = {
    'no HTTP at all': 'SSH-2.0-OpenSSH_9.9\r\n',
    'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde',
    'length and chunks': 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'a chunk of no size': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'a bare line feed in a header': 'HTTP/1.1 200 OK\r\nx: a\n y\r\ncontent-length: 0\r\n\r\n',
    'a NUL in a header': 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n',
    'an upgrade nobody asked for':
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  } as const;

  it.each(Object.entries(broken))('%s', async (_name, answer) => {
    const url = await raw(answer, (socket) => socket.end());
    await expectProblem(door().request({ method: 'GET', url, timeoutMs: 2_000 }), 'broken', true);
  });

  it('a connection reset in the middle of the body', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', (socket) =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
    await expectProblem(door().request({ method: 'GET', url }), 'broken', true);
    const { body } = await door().stream({ method: 'GET', url });
    expect(await drain(body)).toMatchObject({ problem: 'broken', sent: true });
  });

  it('a connection closed half way', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', (socket) => socket.end());
    await expectProblem(door().request({ method: 'GET', url }), 'broken', true);
  });

  it('a connection closed without a word', async () => {
    const url = await raw('', (socket) => socket.end());
    await expectProblem(door().request({ method: 'POST', url, body: 'x' }), 'broken', true);
  });

  it('compressed data cut short, or none', async () => {
    const gzip = zlib.gzipSync(randomBytes(1_000));
    for (const bytes of [gzip.subarray(0, 500), Buffer.from('not gzip at all')]) {
      const url = await http((_request, response) => response.setHeader('content-encoding', 'gzip').end(bytes));
      await expectProblem(door().request({ method: 'GET', url }), 'broken', true);
      expect(await drain((await door().stream({ method: 'GET', url })).body)).toMatchObject({ problem: 'broken' });
    }
  });
});

describe('S24: a request cannot be bent', () => {
  const cases = {
    'a line break in a header value': { headers: { 'x-a': 'b\r\nx-injected: 1' } },
    'a NUL in a header value': { headers: { 'x-a': 'b\0c' } },
    'a line break in a header name': { headers: { 'x-a\r\nx-injected': '1' } },
    'a Host of its own': { headers: { Host: 'other.example' } },
    'a transfer coding of its own': { headers: { 'transfer-encoding': 'chunked' } },
    'an upgrade': { headers: { upgrade: 'websocket' } },
    'a line break in the method': { method: 'GET / HTTP/1.1\r\nx: y' },
    'the method CONNECT': { method: 'CONNECT' },
    'the method TRACE': { method: 'TRACE' },
    'a wrong length': { method: 'POST', body: 'abc', headers: { 'content-length': '1' } },
  } as const;

  it.each(Object.entries(cases))('%s', async (_name, bent) => {
    let asked = 0;
    const url = await http((_request, response) => {
      asked += 1;
      response.end();
    });
    await expectProblem(door().request({ method: 'GET', url, ...bent }), 'refused', false);
    expect(asked).toBe(0);
  });
});
