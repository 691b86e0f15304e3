import { pipeline, Readable, Transform } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import type { Call } from './call.ts';
import { codingsOf, createDecoder, decodedHeaders } from './decode.ts';
import { EgressError } from '../egress.ts';
import { exchange, tooLarge, type Head, type Sink } from './exchange.ts';
import { explain } from './explain.ts';
import type { Hop } from './redirects.ts';

/** An answer whose body is still arriving, decompressed. */
export interface StreamedAnswer extends Head {
  readonly body: Readable;
}

/** Counts the bytes of a body; false once they are too many. */
export type Meter = (chunk: Buffer) => boolean;

export interface StreamOptions {
  readonly pool: Pool;
  readonly call: Call;
  readonly maxBytes: number;
  /** What `maxBytes` limits. Default: the whole body. */
  readonly meter?: (head: Head, maxBytes: number) => Meter;
}

/** Sends one request and hands the answer back as soon as its headers are there. */
export function open(hop: Hop, options: StreamOptions): Promise<StreamedAnswer> {
  return new Promise((resolve, reject) => {
    let raw: Readable | undefined;
    const sink: Sink = {
      head(head, controller) {
        raw = createRaw(controller);
        resolve(streamed(head, raw, options));
      },
      data(chunk, controller) {
        if (raw?.push(chunk) === false) controller.pause();
      },
      end: () => raw?.push(null),
      fail: (error) => (raw === undefined ? reject(error) : raw.destroy(error)),
    };
    exchange(hop, { pool: options.pool, call: options.call, sink });
  });
}

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
  return { ...head, headers: codings.length === 0 ? head.headers : decodedHeaders(head.headers), body };
}
