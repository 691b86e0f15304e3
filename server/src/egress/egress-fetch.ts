import { Readable } from 'node:stream';
import { startCall } from './exchange/call.ts';
import { EgressError } from './egress.ts';
import { explain } from './exchange/explain.ts';
import type { Head } from './exchange/exchange.ts';
import { readTarget } from './guard/target.ts';
import type { Health } from './limits/health.ts';
import { witness } from './limits/witness.ts';
import type { Pools } from './pools.ts';
import { follow, type Hop, type Reached } from './exchange/redirects.ts';
import { writeHeaders } from './exchange/request-headers.ts';
import { finishWith, open, wholeBody, type Meter, type StreamedAnswer } from './exchange/stream-body.ts';

const maxBytes = 10 * 1024 * 1024;
const redirects = 5;
const bodiless = new Set([204, 205, 304]);

/** What a `fetch` sends through, and for whom. */
export interface FetchParts {
  readonly pools: Pools;
  readonly health: Health;
  readonly workspaceId: string | undefined;
}

/**
 * A `fetch` over the guarded pools. It differs from the standard in that a failure is an `EgressError` instead of a
 * `TypeError`, at most five redirects are followed, and a body, or one event of an event stream, ends at 10 MiB.
 */
export function createFetch({ pools, health, workspaceId }: FetchParts, loopback: boolean): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const request = new Request(input, { ...init, signal: null });
    const hop = await firstHop(request, loopback);
    const call = startCall({ timeoutMs: Number.POSITIVE_INFINITY, signal });
    try {
      const reached = await follow(hop, {
        limit: request.redirect === 'follow' ? redirects : 0,
        send: (next) => {
          const { target } = next;
          const pool = pools.of(target, { loopback: next.loopback, workspaceId });
          const answer = open(next, { pool, call, maxBytes, meter: eventsApart });
          return witness(answer, { health, origin: target.origin, workspaceId });
        },
        discard: ({ body }) => body.destroy(),
      });
      finishWith(reached.answer.body, call);
      if (request.redirect === 'error') refuseRedirect(reached.answer);
      return responseOf(reached);
    } catch (error) {
      call.finish();
      throw signal?.aborted === true ? signal.reason : explain(error, call);
    }
  };
}

async function firstHop(request: Request, loopback: boolean): Promise<Hop> {
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  const headers = writeHeaders(Object.fromEntries(request.headers));
  return { target: readTarget(request.url), method: request.method, headers, body, loopback };
}

/** An event stream may last; each of its events (they end with an empty line) has the limit to itself. */
function eventsApart({ headers }: Head, limit: number): Meter {
  if (!String(headers['content-type']).toLowerCase().startsWith('text/event-stream')) return wholeBody(limit);
  let tail = '';
  let size = 0;
  return (chunk) => {
    const text = tail + chunk.toString('latin1');
    const end = Math.max(text.lastIndexOf('\n\n'), text.lastIndexOf('\r\r'), text.lastIndexOf('\r\n\r\n'));
    size = end < 0 ? size + chunk.length : text.length - end;
    tail = text.slice(-3);
    return size <= limit;
  };
}

function refuseRedirect({ status, headers, body }: StreamedAnswer): void {
  if (status < 300 || status > 399 || headers['location'] === undefined) return;
  body.destroy();
  throw new EgressError('refused', 'The answer is a redirect, and none is wanted here.', { sent: true });
}

function responseOf({ answer, hop, followed }: Reached<StreamedAnswer>): Response {
  const { status, statusText, body } = answer;
  if (status > 599)
    throw new EgressError('broken', `${hop.target.host} did not answer with valid HTTP.`, { sent: true });
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) headers.append(name, one);
  if (bodiless.has(status)) body.resume();
  const content = bodiless.has(status) ? null : Readable.toWeb(body);
  const response = new Response(content, { status, statusText, headers });
  return Object.defineProperties(response, { url: { value: hop.target.href }, redirected: { value: followed > 0 } });
}
