/** What may be said with every method. */
export interface Options {
  /** Gives up; the method rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole answer with everything that is tried again; for a stream, until it begins. */
  readonly timeoutMs?: number | undefined;
  /** Id or slug of the workspace that is meant. */
  readonly workspace?: string | undefined;
  /** Your own text for a write that may be sent twice and must happen once. One is made where there is none. */
  readonly idempotencyKey?: string | undefined;
}

/** The values of a query; what is `undefined` is left out. */
export type Query = object;

/** Bytes to send as they are. A `ReadableStream` is sent once and never again. */
export type Bytes = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | string;

/** One request as a method describes it. */
export interface Ask {
  readonly method: string;
  /** With its slash, encoded. */
  readonly path: string | Path;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly bytes?: Bytes | undefined;
  /** Whether the server takes an `Idempotency-Key` there and does the same request once, however often it comes. */
  readonly repeatable?: boolean;
  /** The media type that is asked for. Default: JSON. */
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Writes a path when it is sent. Throws `TypeError` where a value would change the path around it. */
export type Path = () => string;

/** A path with every value encoded as one step of it: at`/api/v1/crews/${crew}`. */
export function at(words: TemplateStringsArray, ...values: readonly string[]): Path {
  return () => words.reduce((path, word, index) => `${path}${step(values[index - 1] ?? '')}${word}`);
}

function step(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`"${text}" cannot be a part of an address.`);
  return encodeURIComponent(text);
}
