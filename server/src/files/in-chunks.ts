/** A part of a stream of bytes, of the same size as all others but the last. */
export interface Chunk {
  readonly clear: Buffer;
  readonly place: number;
  readonly last: boolean;
}

/** Cuts a stream into parts of one size. There is always a last part, which is empty where the stream is. */
export async function* inChunks(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  let place = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const part of bytes) {
    held.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    heldBytes += part.byteLength;
    // Strictly more: what fills a chunk exactly may be the last.
    while (heldBytes > size) {
      const all = Buffer.concat(held);
      yield { clear: all.subarray(0, size), place, last: false };
      place += 1;
      held = [all.subarray(size)];
      heldBytes -= size;
    }
  }
  yield { clear: Buffer.concat(held), place, last: true };
}
