import { pipeline, Readable, Transform } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import type { Call } from './call.ts';
import { codingsOf, createDecoder, decodedHeaders } from './decode.ts';
import { EgressError } from '../egress.ts';
import { exchange, joined, tooLarge, type Head, type Sink } from './exchange.ts';
import { explain } from './explain.ts';
import type { Hop } from './redirects.ts';

/** An answer whose body is still arriving, decompressed. */
export interface StreamedAnswer extends Head {
  readonly body: Readable;
  /** All of a small body; nothing stands in `body` then. */
  readonly whole?: Buffer;
}

/** Counts the bytes of a body; false once they are too many. */
export type Meter = (chunk: Buffer) => boolean;

export interface StreamOptions {
  readonly pool: Pool;
  readonly call: Call;
  readonly maxBytes: number;
  /** What `maxBytes` limits. Default: the whole body. */
  readonly meter?: (head: Head, maxBytes: number) => Meter;
  /** An answer that says that it has at most so many bytes is handed back whole. Default 0: none. */
  readonly wholeUpTo?: number | undefined;
}

/** Sends one request and hands the answer back as soon as its headers are there. */
export function open(hop: Hop, options: StreamOptions): Promise<StreamedAnswer> {
  return new Promise((resolve, reject) => {
    let raw: Readable | undefined;
    let small: { readonly head: Head; readonly chunks: Buffer[] } | undefined;
    const sink: Sink = {
      head(head, controller) {
        if (isSmall(head, hop, options)) {
          small = { head, chunks: [] };
          return;
        }
        raw = createRaw(controller);
        resolve(streamed(head, raw, options));
      },
      data(chunk, controller) {
        if (small !== undefined) small.chunks.push(chunk);
        else if (raw?.push(chunk) === false) controller.pause();
      },
      end() {
        if (small === undefined) raw?.push(null);
        else resolve({ ...identityOf(small.head), body: ended(), whole: joined(small.chunks) });
      },
      fail: (error) => (raw === undefined ? reject(error) : raw.destroy(error)),
    };
    exchange(hop, { pool: options.pool, call: options.call, sink });
  });
}

/** Whether it is known to be small before it arrives: undici ends an answer that is longer than it says. */
function isSmall(head: Head, { method }: Hop, { wholeUpTo = 0 }: StreamOptions): boolean {
  if (wholeUpTo === 0) return false;
  if (method === 'HEAD' || bodiless.has(head.status)) return true;
  if (codingsOf(head).length > 0) return false;
  const length = head.headers['content-length'];
  return typeof length === 'string' && Number(length) <= wholeUpTo;
}

const bodiless = new Set([204, 205, 304]);

/** Finishes a call when the body of its last answer is done with, read or not. */
export function finishWith(body: Readable, call: Call): void {
  if (body.closed) call.finish();
  else body.once('close', () => call.finish());
}

/** Limits the whole body. */
export function wholeBody(maxBytes: number): Meter {
  let size = 0;
  return (chunk) => (size += chunk.length) <= maxBytes;
}

function ended(): Readable {
  return new Readable({
    read() {
      this.push(null);
    },
  });
}

function createRaw(controller: Dispatcher.DispatchController): Readable {
  return new Readable({
    highWaterMark: 64 * 1024,
    read: () => controller.resume(),
    destroy(error, done) {
      controller.abort(error ?? new EgressError('aborted', 'The answer was not read to its end.', { sent: true }));
      done(error);
    },
  });
}

function streamed(head: Head, raw: Readable, { call, maxBytes, meter }: StreamOptions): StreamedAnswer {
  const codings = codingsOf(head);
  const count = meter?.(head, maxBytes) ?? wholeBody(maxBytes);
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (count(chunk)) done(null, chunk);
      else done(tooLarge(call.host, maxBytes));
    },
    destroy: (error, done) => done(error && explain(error, call)),
  });
  body.on('error', () => undefined);
  pipeline([raw, ...codings.map(createDecoder), body], () => undefined);
  return { ...identityOf(head), body };
}

/** What comes before a body whose codings are undone. */
function identityOf(head: Head): Head {
  return codingsOf(head).length === 0 ? head : { ...head, headers: decodedHeaders(head.headers) };
}
