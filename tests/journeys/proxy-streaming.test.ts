import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startListening, type ListeningPlugboard } from '../support/listening.ts';
import { type Proxied, startProxied } from '../support/proxied.ts';

const MiB = 1024 * 1024;
const chunk = Buffer.alloc(64 * 1024, '0123456789abcdef');
/** Bytes that a body may have between its sender and its receiver: sockets' buffers on four ends, and ours. */
const mostUnderWay = 64 * MiB;

/** A body of so many bytes, made as it is read, and what of it was read so far. */
function bodyOf(size: number) {
  const made = { bytes: 0, hash: createHash('sha256') };
  const stream = new Readable({
    read() {
      if (made.bytes >= size) return void this.push(null);
      const piece = chunk.subarray(0, Math.min(chunk.length, size - made.bytes));
      made.bytes += piece.length;
      made.hash.update(piece);
      this.push(piece);
    },
  });
  return { made, stream };
}

describeOnDatabases('a body that goes through the raw proxy', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let proxied: Proxied;

  beforeAll(async () => {
    plugboard = await startListening(await migrated());
    proxied = await startProxied(plugboard);
    return () => proxied.stop();
  });

  /** Over a socket, with nobody in between who would gather the body. */
  const open = (method: string, headers: Record<string, string | number> = {}): ClientRequest =>
    httpRequest(`${plugboard.publicUrl}${proxied.path}/stream`, {
      method,
      headers: { authorization: `Bearer ${plugboard.adminKey}`, ...headers },
    });
  const answerTo = async (request: ClientRequest): Promise<IncomingMessage> => {
    const [response]: IncomingMessage[] = await once(request, 'response');
    if (response === undefined) throw new Error('There is no answer.');
    return response;
  };
  const lastCall = async () => {
    await plugboard.app.calls.flush();
    const rows = await plugboard.app.storage.rows
      .selectFrom('calls')
      .select(['status', 'reason', 'message', 'at'])
      .execute();
    return rows.toSorted((left, right) => (left.at < right.at ? -1 : 1)).at(-1);
  };

  it('of 100 MB arrives whole both ways, and is never held: what is sent waits for what is taken', async () => {
    covers('proxy/streams');
    const size = 100_000_000;
    const { made, stream } = bodyOf(size);
    const through = { up: 0, mostUp: 0, back: 0, mostBack: 0 };
    proxied.answer((request, response) => {
      const counted = new PassThrough();
      counted.on('data', (piece: Buffer) => {
        through.up += piece.length;
        through.mostUp = Math.max(through.mostUp, made.bytes - through.up);
      });
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': size });
      void pipeline(request, counted, response).catch(() => undefined);
    });
    const request = open('POST', { 'content-type': 'text/plain', 'content-length': size });
    const sent = pipeline(stream, request);
    const response = await answerTo(request);
    const hash = createHash('sha256');
    for await (const piece of response) {
      hash.update(piece);
      through.back += Buffer.from(piece).length;
      through.mostBack = Math.max(through.mostBack, through.up - through.back);
    }
    await sent;
    expect([response.headers['content-length'], through.back]).toEqual([String(size), size]);
    expect(hash.digest('hex')).toBe(made.hash.digest('hex'));
    expect(through.mostUp).toBeLessThan(mostUnderWay);
    expect(through.mostBack).toBeLessThan(mostUnderWay);
  }, 60_000);

  it('is not asked for faster than the caller takes it', async () => {
    covers('proxy/streams');
    const { made, stream } = bodyOf(400 * MiB);
    proxied.answer((_request, response) => void pipeline(stream, response).catch(() => undefined));
    const request = open('GET').end();
    const response = await answerTo(request);
    let last = -1;
    const stalled = () => [made.bytes === last, (last = made.bytes)][0];
    await expect.poll(stalled, { interval: 250, timeout: 20_000 }).toBe(true);
    expect(made.bytes).toBeLessThan(mostUnderWay);
    response.destroy();
  });

  it('of an endless answer is cut with an error at 100 MiB', async () => {
    covers('proxy/streams', 'everywhere/3-other-caps');
    const { made, stream } = bodyOf(400 * MiB);
    proxied.answer((_request, response) => void pipeline(stream, response).catch(() => undefined));
    const response = await answerTo(open('GET').end());
    let taken = 0;
    const reading = (async () => {
      for await (const piece of response) taken += Buffer.from(piece).length;
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(taken).toBeLessThanOrEqual(100 * MiB);
    expect(made.bytes).toBeLessThan(100 * MiB + mostUnderWay);
    await expect.poll(lastCall).toMatchObject({ status: 'rejected', reason: 'input' });
  }, 60_000);

  it('of an answer of exactly 100 MiB arrives', async () => {
    covers('everywhere/3-other-caps');
    const { stream } = bodyOf(100 * MiB);
    proxied.answer((_request, response) => void pipeline(stream, response).catch(() => undefined));
    const response = await answerTo(open('GET').end());
    let taken = 0;
    for await (const piece of response) taken += Buffer.from(piece).length;
    expect(taken).toBe(100 * MiB);
  }, 60_000);

  it('of a request that says that it is larger than 100 MiB is a 413, and nothing is sent', async () => {
    covers('proxy/streams', 'everywhere/3-other-caps');
    proxied.seen();
    const request = open('PUT', { 'content-length': 100 * MiB + 1 });
    request.on('error', () => undefined).write('x');
    const response = await answerTo(request);
    expect(response.statusCode).toBe(413);
    expect(proxied.seen()).toEqual([]);
    request.destroy();
  });

  it('of a request that grows past 100 MiB is cut, a 413, and nobody knows what the provider did with it', async () => {
    covers('proxy/streams', 'everywhere/3-other-caps');
    proxied.answer((request) => void request.resume());
    const request = open('PUT', { 'transfer-encoding': 'chunked' });
    const sent = pipeline(bodyOf(101 * MiB).stream, request).catch(() => undefined);
    const response = await answerTo(request);
    expect(response.statusCode).toBe(413);
    response.resume();
    await sent;
    await expect.poll(lastCall).toMatchObject({ status: 'outcome_unknown' });
  }, 60_000);

  it('is cancelled where the caller leaves, before the answer and in the middle of it', async () => {
    covers('proxy/cancelled');
    for (const begin of [false, true]) {
      const arrived = Promise.withResolvers<void>();
      const left = Promise.withResolvers<void>();
      proxied.answer((_request, response) => {
        response.once('close', left.resolve);
        if (begin) response.writeHead(200).write(chunk);
        arrived.resolve();
      });
      const request = open('GET').on('error', () => undefined);
      request.end();
      await arrived.promise;
      if (begin) await answerTo(request);
      request.destroy();
      await left.promise;
    }
    await expect.poll(lastCall).toMatchObject({ status: 'unavailable' });
  });

  it('is cancelled where the caller leaves while sending', async () => {
    covers('proxy/cancelled');
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    proxied.answer((request) => {
      request.once('close', left.resolve).once('data', () => arrived.resolve());
    });
    const request = open('POST', { 'content-length': 1000 }).on('error', () => undefined);
    request.write('beginning');
    await arrived.promise;
    request.destroy();
    await left.promise;
    await expect.poll(lastCall).toMatchObject({ status: 'outcome_unknown' });
  });

  it('leaves each piece of an event stream as it comes', async () => {
    covers('proxy/streams');
    const next = Promise.withResolvers<void>();
    proxied.answer(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n');
      await next.promise;
      response.end('data: two\n\n');
    });
    const response = await answerTo(open('GET', { accept: 'text/event-stream' }).end());
    const [first]: Buffer[] = await once(response, 'data');
    expect(String(first)).toBe('data: one\n\n');
    next.resolve();
    const [second]: Buffer[] = await once(response, 'data');
    expect(String(second)).toBe('data: two\n\n');
  });

  it('of a read is sent too', async () => {
    proxied.answer(async (request, response) => {
      for await (const piece of request) response.write(piece);
      response.end();
    });
    const request = open('GET', { 'content-length': 9 });
    request.end('{"q":"x"}');
    const response = await answerTo(request);
    let text = '';
    for await (const piece of response) text += String(piece);
    expect(text).toBe('{"q":"x"}');
  });
});
