import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** One outgoing HTTP request. */
export interface EgressRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, once: no redirect repeats it. */
  readonly body?: string | Buffer | Readable | undefined;
  /** Bytes of a body that is a stream, where they are known: sent as its length, and more or fewer is `refused`. */
  readonly bodyBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole exchange, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Largest answer in bytes, after decompression. Default 10 MiB. */
  readonly maxBytes?: number;
  /** Of `stream`: an answer that says it has at most so many bytes, uncompressed, comes back in `whole`. Default 0: none. */
  readonly wholeUpTo?: number;
  /** How many redirects to follow, 0 to 5. Default 0: a redirect is handed back as it is. */
  readonly redirects?: number;
  /** Whether a literal loopback address may be reached (S6): decided by whoever configured the target, never by default. */
  readonly loopback?: boolean;
}

/** One answer. Header names are lower case; several values of one name are joined with `, `. */
export interface EgressResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address that answered, after redirects. */
  readonly url: string;
}

/** An answer whose body is still arriving. Reading it past `maxBytes` fails with `too_large`. */
export interface EgressStream extends Omit<EgressResponse, 'body'> {
  readonly body: Readable;
  /** All of a small body, where that was asked for; nothing stands in `body` then. */
  readonly whole?: Buffer;
}

/** Why nothing came back: `refused` by our own rules (S24, RULINGS 001.6), or what happened on the way. */
export type EgressProblem =
  | 'refused'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too_large'
  | 'aborted'
  | 'broken'
  /** One of our own limits: too much of it at once. */
  | 'busy';

/** Thrown by every egress function. The message is a sentence for people and holds no credential, path or query. */
export class EgressError extends Error {
  readonly problem: EgressProblem;
  /** Whether a byte of the request may have reached the other side: a write that failed so may have happened. */
  readonly sent: boolean;

  constructor(problem: EgressProblem, message: string, options: { sent?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EgressError';
    this.problem = problem;
    this.sent = options.sent ?? false;
  }
}

/** The only door to the network. */
export interface Egress {
  request(request: EgressRequest): Promise<EgressResponse>;
  stream(request: EgressRequest): Promise<EgressStream>;
  /** A connected socket to an address that was checked, for database drivers. */
  connect(target: { readonly host: string; readonly port: number; readonly timeoutMs?: number }): Promise<Socket>;
  /** A `fetch` under the same rules, for the MCP SDK and oauth4webapi only. */
  fetch(options?: { readonly loopback?: boolean }): typeof globalThis.fetch;
  /** Throws `refused` where the address may never be reached, without dialling: for checks when something is configured. */
  check(url: string, options?: { readonly loopback?: boolean }): Promise<void>;
  /** The same door, used by a workspace: what its requests run into counts for it, and its lookups are counted (S24, R13). */
  of(workspaceId: string): Egress;
  close(): Promise<void>;
}
