import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { mostToRead } from '../../approvals/request-approval.ts';
import { keepBody } from './keep-body.ts';

const args = { method: 'POST', path: '/' };
const overhead = JSON.stringify({ ...args, body: '' }).length;

async function kept(body: Readable | undefined, bodyBytes?: number) {
  let refused = false;
  const relay = { body, bodyBytes, onAnswer: () => undefined, onTooLarge: () => void (refused = true) };
  return { ...(await keepBody(args, relay)), refused };
}

const stream = (...chunks: Buffer[]) => Readable.from(chunks);

describe('the body of a request that has to wait', () => {
  it('is none where there is none', async () => {
    expect(await kept(undefined)).toEqual({ arguments: args, refused: false });
    expect(await keepBody(args, undefined)).toEqual({ arguments: args });
  });

  it('is the text that it is, in however many pieces it came', async () => {
    const bytes = Buffer.from('{"name":"é"}');
    expect(await kept(stream(bytes.subarray(0, 10), bytes.subarray(10)))).toMatchObject({
      arguments: { ...args, body: '{"name":"é"}' },
    });
  });

  it.each([[[0]], [[255, 254]], [[0xc3]], [[0xef, 0xbb, 0xbf, 0x00]]])(
    'is base64 where it is no text: %j',
    async (bytes) => {
      const body = Buffer.from(bytes);
      expect(await kept(stream(body))).toMatchObject({ arguments: { ...args, body_base64: body.toString('base64') } });
    },
  );

  it('keeps the mark at the beginning of a text', async () => {
    expect(await kept(stream(Buffer.from('\ufeffa')))).toMatchObject({ arguments: { body: '\ufeffa' } });
  });

  it.each([
    ['as much as a person can be asked about', mostToRead - overhead, false],
    ['more', mostToRead - overhead + 1, true],
    ['more in one piece than may come at all', mostToRead + 1, true],
  ])('is %s', async (_what, size, refused) => {
    expect((await kept(stream(Buffer.alloc(size, 'x')))).refused).toBe(refused);
  });

  it('is not even read where it says that it is too large', async () => {
    const body = stream(Buffer.from('x'));
    expect((await kept(body, mostToRead + 1)).refused).toBe(true);
    expect(body.readableDidRead).toBe(false);
  });

  it('that breaks off is refused', async () => {
    const body = new Readable({ read: () => undefined });
    const result = kept(body);
    body.destroy();
    expect(await result).toMatchObject({ rejected: { reason: 'input', message: expect.stringContaining('left') } });
  });
});
