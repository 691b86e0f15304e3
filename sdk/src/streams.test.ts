import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { linesOf } from './http/lines-of.ts';
import { eventsOf, type ServerEvent } from './http/events-of.ts';
import { clientOf, refusal } from './testing/stub-server.ts';

/** A stream of these pieces. */
function streamOf(...pieces: readonly string[]): ReadableStream<Uint8Array> {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream({
    start(controller) {
      for (const piece of bytes) controller.enqueue(piece);
      controller.close();
    },
  });
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('lines', () => {
  const text = 'one\ntwo\r\nthree\rfour\n\nfive ⟦é⟧\r\n\r\nlast';
  const lines = ['one', 'two', 'three', 'four', '', 'five ⟦é⟧', '', 'last'];

  it.each([1, 2, 3, 5, 100])('are the same however the bytes are cut: %i at a time', async (size) => {
    const bytes = new TextEncoder().encode(text);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let from = 0; from < bytes.length; from += size) controller.enqueue(bytes.slice(from, from + size));
        controller.close();
      },
    });
    expect(await allOf(linesOf(stream))).toEqual(lines);
  });

  it('that never end are refused', async () => {
    const megabyte = new TextEncoder().encode('x'.repeat(1024 * 1024));
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(megabyte) });
    await expect(allOf(linesOf(endless))).rejects.toThrow(RangeError);
  });
});

describe('server-sent events', () => {
  const read = (...pieces: readonly string[]): Promise<ServerEvent[]> => allOf(eventsOf(streamOf(...pieces)));

  it('have a name, data and an id', async () => {
    expect(await read('event: step\nid: 7\ndata: {"n":1}\n\n')).toEqual([{ event: 'step', id: '7', data: { n: 1 } }]);
  });

  it('without a name are messages, and data of several lines is one text', async () => {
    expect(await read(': comment\ndata: one\ndata:two\n\n', 'data\n\n')).toEqual([
      { event: 'message', id: undefined, data: 'one\ntwo' },
      { event: 'message', id: undefined, data: '' },
    ]);
  });

  it('without data, and cut off, are none', async () => {
    expect(await read('event: ping\n\ndata: whole\n\ndata: half\n')).toMatchObject([{ data: 'whole' }]);
  });
});

describe('a stream of the API', () => {
  const verify = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

  it('is sent when somebody reads, as what it is, without an Idempotency-Key', async () => {
    const { client, seen } = await clientOf((response) => verify(response).end('data: {"ok":true}\n\n'));
    const events = client.audit.verifyStream({});
    expect(seen).toEqual([]);
    expect(await allOf(events)).toMatchObject([{ data: { ok: true } }]);
    expect(seen[0]?.headers.accept).toBe('text/event-stream');
    expect(seen[0]?.headers['idempotency-key']).toBeUndefined();
  });

  it('is closed when nobody reads on', async () => {
    covers('sdk/streams');
    const closed = Promise.withResolvers<void>();
    const { client } = await clientOf((response) => {
      response.on('close', closed.resolve);
      verify(response).write('data: 1\n\ndata: 2\n\n');
    });
    for await (const { data } of client.audit.verifyStream({})) if (data === 1) break;
    await closed.promise;
  });

  it('may go on for longer than an answer may take to begin', async () => {
    const { client } = await clientOf(
      (response) => {
        verify(response).write('data: 1\n\n');
        setTimeout(() => response.end('data: 2\n\n'), 300);
      },
      { timeoutMs: 150 },
    );
    expect(await allOf(client.audit.verifyStream({}))).toHaveLength(2);
  });

  it('ends with the reason of the caller’s signal', async () => {
    const leaving = new AbortController();
    const { client } = await clientOf((response) => verify(response).write('data: 1\n\n'));
    const reading = allOf(client.audit.verifyStream({}, { signal: leaving.signal }));
    setTimeout(() => leaving.abort(new Error('Enough.')), 100);
    await expect(reading).rejects.toThrow('Enough.');
  });

  it('that is cut off, is refused, or holds something else is a PlugboardError', async () => {
    const cut = await clientOf((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"n":1}\n', () => response.socket?.destroy());
    });
    await expect(allOf(cut.client.events.export())).rejects.toMatchObject({ code: 'UNREACHABLE' });
    const refused = await clientOf(refusal('FORBIDDEN', 403));
    await expect(allOf(refused.client.events.export())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const foreign = await clientOf((response) => response.end('<html>\n'));
    await expect(allOf(foreign.client.events.export())).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('of lines is a value a line', async () => {
    const { client } = await clientOf((response) => response.end('{"n":1}\n{"end":{}}\n'));
    expect(await allOf(client.events.export())).toEqual([{ n: 1 }, { end: {} }]);
  });
});
