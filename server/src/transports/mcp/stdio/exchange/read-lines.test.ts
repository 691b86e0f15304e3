import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readLines } from './read-lines.ts';

function reading(longest = 1000) {
  const stream = new PassThrough();
  const seen: string[] = [];
  readLines(stream, { longest, onLine: (line) => seen.push(line), onTooLong: () => seen.push('TOO LONG') });
  return { stream, seen };
}

it('puts lines together, wherever the pieces were cut', async () => {
  const { stream, seen } = reading();
  for (const piece of ['{"a":', '1}\n{"b":2}\n{"', 'c":"ä', '"}\n', 'unfinished']) stream.write(piece);
  await setTimeout(10);
  expect(seen).toEqual(['{"a":1}', '{"b":2}', '{"c":"ä"}']);
});

it('keeps a character whole that was cut', async () => {
  const { stream, seen } = reading();
  const bytes = Buffer.from('ä€\n');
  for (const byte of bytes) stream.write(Buffer.from([byte]));
  await setTimeout(10);
  expect(seen).toEqual(['ä€']);
});

it('takes a line as long as may be, and says once that one is longer', async () => {
  const { stream, seen } = reading(1000);
  stream.write(`${'x'.repeat(1000)}\n`);
  await setTimeout(10);
  expect(seen).toEqual(['x'.repeat(1000)]);
  stream.write('y'.repeat(1001));
  stream.write('z'.repeat(5000));
  stream.write('\nnext\n');
  await setTimeout(10);
  expect(seen.slice(1)).toEqual(['TOO LONG']);
});

it('reads no faster than it can deal with, and loses nothing', async () => {
  const { stream, seen } = reading();
  const lines = Array.from({ length: 1000 }, (_, number) => String(number));
  stream.end(`${lines.join('\n')}\n`);
  await setTimeout(5);
  expect(seen.length).toBeLessThan(1000);
  while (seen.length < 1000) await setTimeout(10);
  expect(seen).toEqual(lines);
});
