import { PlugboardError } from './plugboard-error.ts';
import { isRecord } from './read-answer.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface PlugboardOptions {
  readonly key: string;
  /** Default `http://localhost:7400`. The environment is never read. */
  readonly url?: string | undefined;
  /** Milliseconds for a whole answer. Default 60 s: a write may wait 45 s for a person. */
  readonly timeoutMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
}

type Target = ReturnType<typeof readTarget>;

/** A function that sends requests with one key to one address; it resolves to the parsed body or rejects with `PlugboardError`. */
export function createRequest(options: PlugboardOptions) {
  const target = readTarget(options);
  return async (method: string, path: string, options: RequestOptions = {}): Promise<unknown> => {
    if (!path.startsWith('/')) throw new TypeError('The path must begin with a slash.');
    const address = new URL(`${target.url}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) address.searchParams.set(name, String(value));
    return exchange(target, address, { ...options, method });
  };
}

/** One step of a path. Throws where it would change the path around it. */
export function step(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`"${text}" cannot be a part of an address.`);
  return encodeURIComponent(text);
}

function readTarget({
  key,
  url = 'http://localhost:7400',
  timeoutMs = 60_000,
  fetch = globalThis.fetch,
}: PlugboardOptions) {
  // A header's own complaint would quote the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('The key must be one word of printable ASCII.');
  const parsed = URL.parse(url);
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password)
    return { key, url: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`, timeoutMs, fetch };
  throw new TypeError('The url must be an http:// or https:// address without user and password.');
}

async function exchange(
  target: Target,
  address: URL,
  { method, body, signal }: RequestOptions & { readonly method: string },
): Promise<unknown> {
  const late = AbortSignal.timeout(target.timeoutMs);
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  // Alone, because a browser's fetch is none of another object's methods.
  const { fetch } = target;
  try {
    const response = await fetch(address, {
      method,
      headers: { accept: 'application/json', authorization: `Bearer ${target.key}`, ...json },
      body: body === undefined ? null : JSON.stringify(body),
      // The key goes where it was told to go and nowhere else.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return readAnswer(response, await response.text());
  } catch (cause) {
    if (cause instanceof PlugboardError) throw cause;
    signal?.throwIfAborted();
    throw noAnswer(target, late.aborted, cause);
  }
}

function readAnswer(response: Response, text: string): unknown {
  const { status, headers } = response;
  const body = text === '' ? undefined : parseJson(text);
  if (response.ok && (text === '' || body !== undefined)) return body;
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const { code, message, request_id: _, ...details } = error;
  const requestId = headers.get('x-request-id') ?? undefined;
  if (typeof code === 'string') throw new PlugboardError(String(message), { code, status, requestId, details });
  const aim = headers.get('location') ? `It points to ${headers.get('location')}.` : 'Is the address right?';
  throw new PlugboardError(`The answer (${status}) does not look like Plugboard's. ${aim}`, { status, requestId });
}

function noAnswer({ url, timeoutMs }: Target, late: boolean, cause: unknown): PlugboardError {
  if (late)
    return new PlugboardError(`${url} did not answer within ${timeoutMs / 1000} s.`, { code: 'TIMEOUT', cause });
  const reason = cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause && cause.cause.code;
  return new PlugboardError(`Nothing answers at ${url} (${reason || 'no connection'}).`, {
    code: 'UNREACHABLE',
    cause,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
