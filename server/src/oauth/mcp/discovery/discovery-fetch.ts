import type { FetchLike } from '@modelcontextprotocol/client';
import type { Egress } from '../../../egress/egress.ts';

/** What metadata is asked for with. A request's context has an `egress` and a `signal`. */
export interface DiscoveryDoor {
  readonly egress: Pick<Egress, 'request' | 'check'>;
  /** Whether a literal loopback address may be reached (S6); one that is named by a server elsewhere never is. */
  readonly loopback: boolean;
  readonly signal: AbortSignal;
}

/** For one answer, in milliseconds. */
const timeoutMs = 10_000;
const maxBytes = 256 * 1024;
const bodiless = new Set([101, 204, 205, 304]);

/** The `fetch` of the SDK's discovery: guarded, 256 KiB and 10 seconds an answer; redirects are handed back, and the SDK follows those within an origin. */
export function createDiscoveryFetch({ egress, loopback, signal }: DiscoveryDoor): FetchLike {
  return async (address, init) => {
    const answer = await egress.request({
      method: init?.method ?? 'GET',
      url: String(address),
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : undefined,
      loopback,
      signal,
      timeoutMs,
      maxBytes,
    });
    const body = bodiless.has(answer.status) ? null : new Uint8Array(answer.body);
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}
