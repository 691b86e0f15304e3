import type { FetchLike } from '@modelcontextprotocol/client';
import type { Egress } from '../../egress/egress.ts';
import type { Clock } from '../../lib/clock.ts';
import { attachedHeaders, attachedUrl } from './attach-to-target.ts';
import type { McpHttpFailure } from './mcp-http-failure.ts';
import type { RemoteTarget } from './mcp-target.ts';
import { isRefusal, readRefusal } from './read-refusal.ts';

/** What a session reaches its server at an address with. */
export interface AttachedParts {
  readonly egress: Pick<Egress, 'fetch'>;
  readonly clock: Clock;
  /** Asked at every request: credentials are renewed while a session lives; its address never changes. */
  readonly target: () => RemoteTarget;
}

/**
 * The `fetch` of one MCP session: guarded by egress, with what proves who we are attached at the last moment and to the
 * server's own origin only (S1). Refusals become `McpHttpFailure`.
 */
export function createAttachedFetch({ egress, clock, target }: AttachedParts): FetchLike {
  const { url: home, loopback } = target();
  const guarded = egress.fetch({ loopback });
  return async (address, init) => {
    const url = new URL(address);
    const atHome = url.origin === new URL(home).origin;
    const response = await (atHome
      ? guarded(attachedUrl(url, target()), withHeaders(init, target()))
      : guarded(url, init));
    if (isRefusal(response.status)) throw await failureOf(response, clock.now());
    return response;
  };
}

/** The protocol's own headers stay as they are; ours come before the defaults of the client. */
function withHeaders(init: RequestInit | undefined, target: RemoteTarget): RequestInit {
  return { ...init, headers: attachedHeaders(Object.fromEntries(new Headers(init?.headers)), target) };
}

async function failureOf(response: Response, now: number): Promise<McpHttpFailure> {
  const text = await response.text().catch(() => '');
  return readRefusal({ status: response.status, headers: Object.fromEntries(response.headers), text }, now);
}
