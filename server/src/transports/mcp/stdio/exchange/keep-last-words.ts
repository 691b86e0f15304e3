import type { Readable } from 'node:stream';

const kept = 8 * 1024;
const perSecond = 1024 * 1024;

/** Keeps the end of what a program writes to its standard error, 8 KiB of it, and makes it wait where it writes without end. */
export function keepLastWords(stream: Readable): () => string {
  let end = Buffer.alloc(0);
  let thisSecond = 0;
  stream.on('data', (chunk: Buffer) => {
    end = Buffer.concat([end, chunk]).subarray(-kept);
    thisSecond += chunk.length;
    if (thisSecond < perSecond) return;
    thisSecond = 0;
    stream.pause();
    setTimeout(() => stream.resume(), 1_000).unref();
  });
  return () => end.toString('utf8').trim();
}
