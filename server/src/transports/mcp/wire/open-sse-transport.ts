import type { FetchLike, SSEClientTransport } from '@modelcontextprotocol/client';

/** What of the SDK it is made from: loaded when it is needed, not before. */
type Sdk = Pick<typeof import('@modelcontextprotocol/client'), 'SSEClientTransport' | 'SseError'>;

export interface SseParts {
  readonly fetch: FetchLike;
  readonly signal?: AbortSignal | undefined;
  /** Until the server has said where it takes messages, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * The transport of before 2025-03-26, HTTP+SSE: every answer comes by one stream. Starting it fails with what the network
 * or the server said, and in time; when the stream ends, so does the session, and with it every call that waits.
 */
export function openSseTransport(sdk: Sdk, url: URL, parts: SseParts): SSEClientTransport {
  const refusal: { error?: unknown } = {};
  const fetch: FetchLike = async (address, init) => {
    try {
      return accepted(await parts.fetch(address, init), init);
    } catch (error) {
      refusal.error = error;
      throw error;
    }
  };
  const transport = new sdk.SSEClientTransport(url, { fetch });
  const start = transport.start.bind(transport);
  const onerror = (error: Error): void => {
    if (error instanceof sdk.SseError) void transport.close();
  };
  Object.assign(transport, { onerror });
  transport.start = async () => {
    try {
      await inTime(start(), parts);
    } catch (error) {
      await transport.close();
      throw refusal.error ?? (error instanceof sdk.SseError ? withStatus(error) : error);
    }
  };
  return transport;
}

/** A message that was not taken: with its status, by which a session that the server has forgotten is known. */
function accepted(response: Response, init: RequestInit | undefined): Response {
  if (init?.method !== 'POST' || response.ok) return response;
  throw Object.assign(new Error('The MCP server did not take a message.'), { status: response.status });
}

async function inTime(starting: Promise<void>, { signal, timeoutMs }: SseParts): Promise<void> {
  signal?.throwIfAborted();
  const given = Promise.withResolvers<never>();
  const leave = (): void => given.reject(signal?.reason);
  const timer = setTimeout(() => given.reject(tooLate()), timeoutMs);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([starting, given.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
  }
}

/** With the code that the SDK gives to a request that nobody answered in time. */
function tooLate(): Error {
  return Object.assign(new Error('The MCP server did not say where it takes messages.'), { code: 'REQUEST_TIMEOUT' });
}

/** The status of an answer that is no event stream, where the errors of the other transport carry it. */
function withStatus(error: InstanceType<Sdk['SseError']>): Error {
  const wrapped = new Error('The MCP server did not open an event stream.', { cause: error });
  return error.code === undefined ? wrapped : Object.assign(wrapped, { status: error.code });
}
