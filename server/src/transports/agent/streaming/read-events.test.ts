import { array, assert, asyncProperty, constantFrom, integer, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EgressError } from '../../../egress/egress.ts';
import { readEvents, type ServerSentEvent } from './read-events.ts';

async function eventsOf(chunks: readonly (string | Buffer)[], maxChars = 1_000): Promise<readonly ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(bytesOf(chunks), { maxChars })) events.push(event);
  return events;
}

async function* bytesOf(chunks: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('an event stream', () => {
  it.each<[string, string, readonly ServerSentEvent[]]>([
    ['an event without a name', 'data: a\n\n', [{ event: 'message', data: 'a' }]],
    ['an event with a name', 'event: values\ndata: {}\n\n', [{ event: 'values', data: '{}' }]],
    ['data of several lines', 'data: a\ndata:  b\ndata\ndata:c\n\n', [{ event: 'message', data: 'a\n b\n\nc' }]],
    ['comments and unknown fields', ': ping\nid: 7\nretry: 1\nfoo: x\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['a name without data', 'event: a\n\ndata: b\n\n', [{ event: 'message', data: 'b' }]],
    ['an event that is not finished', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a' }]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['a colon in the data', 'data: a: b\n\n', [{ event: 'message', data: 'a: b' }]],
    [
      'lines that end with CR',
      'event: x\rdata: a\r\rdata: b\r\r',
      [
        { event: 'x', data: 'a' },
        { event: 'message', data: 'b' },
      ],
    ],
    [
      'lines that end with CRLF',
      'data: a\r\n\r\ndata: b\r\n\r\n',
      [
        { event: 'message', data: 'a' },
        { event: 'message', data: 'b' },
      ],
    ],
  ])('with %s is read', async (_name, text, events) => {
    expect(await eventsOf([text])).toEqual(events);
  });

  it('reads the same wherever its bytes are cut', async () => {
    const lineEnd = constantFrom('\n', '\r', '\r\n');
    const line = constantFrom('data: é€😀', 'data:x', 'event: y', ': note', '', 'data', 'id: 1');
    await assert(
      asyncProperty(
        array(line),
        lineEnd,
        array(integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (lines, end, sizes) => {
          const bytes = Buffer.from(lines.map((text) => text + end).join(''));
          expect(await eventsOf(cut(bytes, sizes))).toEqual(await eventsOf([bytes]));
        },
      ),
    );
  });

  it('of anything at all is read without fault', async () => {
    await assert(asyncProperty(array(string()), async (chunks) => void (await eventsOf(chunks, 100_000))));
  });

  it.each([
    ['one line without an end', ['data: ', 'x'.repeat(600), 'x'.repeat(600)]],
    ['one event of many lines', Array.from({ length: 300 }, () => 'data: xxxx\n')],
    ['one event of many empty lines', Array.from({ length: 1_001 }, () => 'data\n')],
  ])('is given up at %s', async (_name, chunks) => {
    await expect(eventsOf(chunks)).rejects.toMatchObject({ problem: 'too_large', sent: true });
    await expect(eventsOf(chunks)).rejects.toBeInstanceOf(EgressError);
  });
});

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
