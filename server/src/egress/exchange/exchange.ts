import type { Dispatcher, Pool } from 'undici';
import type { Call } from './call.ts';
import { EgressError } from '../egress.ts';
import { explain } from './explain.ts';
import type { Hop } from './redirects.ts';

/** What arrives before the body. Header names are lower case. */
export interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A whole answer, its body as it came over the wire. */
export interface Answer extends Head {
  readonly body: Buffer;
}

/** What receives an answer as it arrives. */
export interface Sink {
  head(head: Head, controller: Dispatcher.DispatchController): void;
  data(chunk: Buffer, controller: Dispatcher.DispatchController): void;
  end(): void;
  /** Once at most; after it nothing more is told. */
  fail(error: EgressError): void;
}

/** Sends one request, without following anything, and feeds the answer to a sink. */
export function exchange(
  hop: Hop,
  { pool, call, sink }: { readonly pool: Pool; readonly call: Call; readonly sink: Sink },
): void {
  if (call.stopped !== undefined) return sink.fail(call.stopped);
  let controller: Dispatcher.DispatchController | undefined;
  call.host = hop.target.host;
  call.onStop = (error) => (controller === undefined ? sink.fail(error) : controller.abort(error));
  pool.dispatch(
    { path: hop.target.path, method: hop.method, headers: hop.headers, body: hop.body ?? null },
    {
      onRequestStart(started) {
        if (call.stopped !== undefined) return started.abort(call.stopped);
        controller = started;
        call.sent = true;
      },
      onResponseStart(started, ...[status, headers, statusText = '']) {
        if (status >= 200) sink.head({ status, statusText, headers }, started);
      },
      onResponseData: (started, chunk) => sink.data(chunk, started),
      onResponseEnd: () => sink.end(),
      onResponseError: (_controller, error) => sink.fail(explain(error, call)),
    },
  );
}

/** Sends one request and gathers the whole answer, of at most so many bytes. */
export function collect(
  hop: Hop,
  { pool, call, maxBytes }: { readonly pool: Pool; readonly call: Call; readonly maxBytes: number },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let head: Head | undefined;
    const sink: Sink = {
      head(received) {
        head = received;
      },
      data(chunk, controller) {
        size += chunk.length;
        if (size > maxBytes) controller.abort(tooLarge(call.host, maxBytes));
        else chunks.push(chunk);
      },
      end() {
        if (head !== undefined) resolve({ ...head, body: joined(chunks) });
      },
      fail: reject,
    };
    exchange(hop, { pool, call, sink });
  });
}

/** An answer that grew past its limit. */
export function tooLarge(host: string, maxBytes: number): EgressError {
  return new EgressError('too_large', `The answer of ${host} is larger than ${maxBytes} bytes.`, { sent: true });
}

/** Chunks as one, without a copy where there is one alone. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
