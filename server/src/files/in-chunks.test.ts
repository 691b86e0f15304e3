import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Chunk, inChunks } from './in-chunks.ts';

it('loses nothing, cuts evenly and always ends with a last chunk', async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(parts, fc.integer({ min: 1, max: 16 }), async (given, size) => {
      const chunks: Chunk[] = [];
      for await (const chunk of inChunks(streamOf(given), size)) chunks.push(chunk);
      expect(Buffer.concat(chunks.map(({ clear }) => clear))).toEqual(Buffer.concat(given));
      expect(chunks.map(({ place }) => place)).toEqual(chunks.map((_, index) => index));
      expect(chunks.map(({ last }) => last)).toEqual(chunks.map((_, index) => index === chunks.length - 1));
      expect(chunks.slice(0, -1).every(({ clear }) => clear.length === size)).toBe(true);
      expect(chunks.at(-1)?.clear.length).toBeLessThanOrEqual(size);
      // What fills its chunks exactly has no empty one after them.
      expect(chunks).toHaveLength(Math.max(1, Math.ceil(Buffer.concat(given).length / size)));
    }),
  );
});

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
