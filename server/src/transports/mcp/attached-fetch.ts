import type { FetchLike } from '@modelcontextprotocol/client';
import type { Egress } from '../../egress/egress.ts';
import type { Clock } from '../../lib/clock.ts';
import { parseJson } from '../../lib/json.ts';
import { mergeHeaders } from '../http/merge-headers.ts';
import { retryAfterOf } from '../http/retry-after.ts';
import { McpHttpFailure } from './mcp-http-failure.ts';
import type { McpTarget } from './mcp-target.ts';

/** What a session reaches its server with. */
export interface SessionWorld {
  readonly egress: Pick<Egress, 'fetch'>;
  readonly clock: Clock;
  /** Asked at every request: credentials are renewed while a session lives; its address never changes. */
  readonly target: () => McpTarget;
}

/**
 * The `fetch` of one MCP session: guarded by egress, with what proves who we are attached at the last moment and to the
 * server's own origin only (S1). Refusals become `McpHttpFailure`.
 */
export function createAttachedFetch({ egress, clock, target }: SessionWorld): FetchLike {
  const { url: home, loopback } = target();
  const guarded = egress.fetch({ loopback });
  return async (address, init) => {
    const url = new URL(address);
    const atHome = url.origin === new URL(home).origin;
    const response = await (atHome
      ? guarded(withQuery(url, target()), withHeaders(init, target()))
      : guarded(url, init));
    if (isRefusal(response.status)) throw await failureOf(response, clock.now());
    return response;
  };
}

function withQuery(url: URL, { attachment }: McpTarget): URL {
  for (const [name, value] of Object.entries(attachment.query)) url.searchParams.set(name, value.reveal());
  return url;
}

/** The protocol's own headers stay as they are; ours come before the defaults of the client. */
function withHeaders(init: RequestInit | undefined, { headers, attachment }: McpTarget): RequestInit {
  const protocol = Object.fromEntries(new Headers(init?.headers));
  const merged = mergeHeaders({ call: headers, manifest: protocol, auth: attachment.headers, body: undefined });
  if (!merged.ok) throw new TypeError(merged.message);
  return { ...init, headers: merged.headers };
}

/** Everything else is for the protocol to read: a lost session is a 404, an unknown version a 400, no stream a 405. */
function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

async function failureOf(response: Response, now: number): Promise<McpHttpFailure> {
  const text = await response.text().catch(() => '');
  const retryAfter = retryAfterOf(Object.fromEntries(response.headers), now);
  return new McpHttpFailure(response.status, { answer: parseJson(text) ?? text, retryAfter });
}
