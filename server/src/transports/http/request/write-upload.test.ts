import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { FormPart } from './build-body.ts';
import { writeUpload } from './write-upload.ts';

const bytes = randomBytes(100_000);

function file(name: string, size = bytes.length) {
  return { ref: 'r', name, media_type: 'image/png', size, sha256: '' };
}

async function* read({ size }: { readonly size: number }): AsyncGenerator<Buffer<ArrayBuffer>> {
  for (let at = 0; at < size; at += 30_000) yield Buffer.from(bytes.subarray(at, Math.min(at + 30_000, size)));
}

it.each<[string, readonly FormPart[]]>([
  ['nothing', []],
  ['text', [{ name: 'a "b"\r\n', text: 'x\r\ny' }]],
  ['a file', [{ name: 'f', file: file('ä".png') }]],
  [
    'both, and an empty file',
    [
      { name: 'f', file: file('a') },
      { name: 't', text: 'é' },
      { name: 'f', file: file('b', 0) },
    ],
  ],
])('knows the length of a form with %s before it is sent', async (_what, parts) => {
  const written = await writeUpload({ kind: 'multipart', parts }, read);
  const body = await buffer(written.body);
  expect(body.length).toBe(written.length);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': written.type ?? '' } }).formData();
  expect([...form.keys()]).toHaveLength(parts.length);
  for (const value of form.values()) {
    if (typeof value === 'string') continue;
    expect(Buffer.from(await value.arrayBuffer()).equals(bytes.subarray(0, value.size))).toBe(true);
    expect(value.type).toBe('image/png');
  }
});

it('fails where the bytes do', async () => {
  const parts = [{ name: 'f', file: file('a') }];
  const written = await writeUpload({ kind: 'multipart', parts }, async function* () {
    yield Buffer.from('some');
    throw new Error('gone');
  });
  await expect(buffer(written.body)).rejects.toThrow('gone');
});

it('lets go of the bytes where nobody wants them any more', async () => {
  let closed = 0;
  const parts = [{ name: 'f', file: file('a', 10_000_000) }];
  const written = await writeUpload({ kind: 'multipart', parts }, async function* () {
    try {
      for (;;) yield Buffer.from(bytes);
    } finally {
      closed += 1;
    }
  });
  for await (const _chunk of written.body) break;
  await expect.poll(() => closed).toBe(1);
});
