import { PlugboardError } from '../plugboard-error.ts';
import type { Ask, Options } from './ask.ts';
import { deliver } from './deliver.ts';
import { createList, type List } from './list.ts';
import { parseJson, readJson, readObject, readPage } from './read-answer.ts';
import { linesOf } from './lines-of.ts';
import { eventsOf, type ServerEvent } from './events-of.ts';
import type { Target } from './target.ts';

/** Sends a request and reads its answer, one function for each kind of answer. */
export interface Send {
  object<T extends object>(ask: Ask, options?: Options): Promise<T>;
  list<T>(ask: Ask, options?: Options): List<T>;
  nothing(ask: Ask, options?: Options): Promise<void>;
  text(ask: Ask, options?: Options): Promise<string>;
  /** Any JSON, `undefined` where there is no body. */
  json(ask: Ask, options?: Options): Promise<unknown>;
  /** The answer itself, its body unread. */
  bytes(ask: Ask, options?: Options): Promise<Response>;
  /** One JSON value a line. Nothing is sent before somebody reads; who stops reading closes the stream. */
  lines(ask: Ask, options?: Options): AsyncGenerator<unknown, void>;
  /** Server-sent events, likewise. */
  events(ask: Ask, options?: Options): AsyncGenerator<ServerEvent, void>;
}

/** The ways to send to one target. */
export function createSend(target: Target): Send {
  const open = (ask: Ask, options: Options | undefined) =>
    deliver(target, { ask, options }, async (response) => response);
  return {
    object: <T extends object>(ask: Ask, options?: Options) => deliver(target, { ask, options }, readObject<T>),
    list: <T>(ask: Ask, options?: Options) =>
      createList((cursor) => deliver(target, { ask: turnedTo(ask, cursor), options }, readPage<T>)),
    nothing: (ask, options) => deliver(target, { ask, options }, async (response) => void (await response.text())),
    text: (ask, options) => deliver(target, { ask: { ...ask, accept: '*/*' }, options }, (response) => response.text()),
    json: (ask, options) => deliver(target, { ask, options }, readJson),
    bytes: (ask, options) => open({ ...ask, accept: '*/*' }, options),
    lines: (ask, options) =>
      stream(() => open({ ...ask, accept: 'application/x-ndjson' }, options), valuesOf, options?.signal),
    // A stream is never replayed (it has no Idempotency-Key).
    events: (ask, options) =>
      stream(
        () => open({ ...ask, accept: 'text/event-stream', repeatable: false }, options),
        eventsOf,
        options?.signal,
      ),
  };
}

function turnedTo(ask: Ask, cursor: string | undefined): Ask {
  return cursor === undefined ? ask : { ...ask, query: { ...ask.query, cursor } };
}

type StreamReader<T> = (stream: ReadableStream<Uint8Array>) => AsyncGenerator<T, void>;

async function* stream<T>(
  open: () => Promise<Response>,
  read: StreamReader<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  const { body } = await open();
  if (body === null) return;
  try {
    yield* read(body);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new PlugboardError('The answer was cut off.', { code: 'UNREACHABLE', cause });
  }
}

async function* valuesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void> {
  for await (const line of linesOf(stream)) {
    const value = parseJson(line);
    if (value === undefined) throw new SyntaxError('A line of the answer is no JSON.');
    yield value;
  }
}
