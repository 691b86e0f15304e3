import { systemClock, type Clock } from '../lib/clock.ts';
import { startCall } from './exchange/call.ts';
import { acceptedCodings, codingsOf, decodeBody, decodedHeaders } from './exchange/decode.ts';
import { dial } from './dial.ts';
import { createFetch } from './egress-fetch.ts';
import { EgressError, type Egress, type EgressRequest, type EgressResponse, type EgressStream } from './egress.ts';
import { collect, tooLarge, type Answer, type Head } from './exchange/exchange.ts';
import { explain } from './exchange/explain.ts';
import { readAllowList } from './guard/allow-list.ts';
import { createGuard, type Guard, type OwnAddresses } from './guard/guard.ts';
import { createResolveHost, systemLookup, type DnsLookup } from './guard/resolve-host.ts';
import { normaliseHost, readTarget } from './guard/target.ts';
import { createPools, type Pools, type Timeouts } from './pools.ts';
import { follow, type Hop } from './exchange/redirects.ts';
import { writeHeaders } from './exchange/request-headers.ts';
import { finishWith, open } from './exchange/stream-body.ts';

/** What the guard is built from. */
export interface EgressOptions {
  /** `PLUGBOARD_EGRESS_ALLOW`: hosts, `*.suffix`, addresses and CIDRs that may be reached although private. */
  readonly allow: readonly string[];
  /** Where Plugboard listens and is reached (S6). Read at every dial. */
  readonly ownAddresses: OwnAddresses;
  /** Asks a name server. Default: those of the machine, through c-ares. */
  readonly resolver?: DnsLookup;
  readonly timeouts?: Partial<Timeouts>;
  readonly clock?: Clock;
}

interface Parts {
  readonly guard: Guard;
  readonly pools: Pools;
}

const defaultTimeouts: Timeouts = { dnsMs: 5_000, connectMs: 10_000, headersMs: 300_000, idleMs: 300_000 };
const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 10 * 1024 * 1024;

/** Opens the guarded door to the network. No proxy of the environment is used. Throws a sentence for an unreadable allow-list. */
export function createEgress(options: EgressOptions): Egress {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const guard = createGuard({
    allow: readAllowList(options.allow),
    own: options.ownAddresses,
    resolveHost: createResolveHost({
      lookup: options.resolver ?? systemLookup(),
      timeoutMs: timeouts.dnsMs,
      clock: options.clock ?? systemClock,
    }),
  });
  const parts = { guard, pools: createPools({ guard, timeouts }) };
  return {
    request: (request) => requestWhole(request, parts),
    stream: (request) => requestStream(request, parts),
    connect: async ({ host, port, timeoutMs = timeouts.connectMs }) =>
      dial({ host: readHost(host), port, loopback: false }, { guard, timeoutMs }),
    fetch: ({ loopback = false } = {}) => createFetch(parts.pools, loopback),
    check: (url, { loopback = false } = {}) => checkUrl(url, { guard, loopback }),
    close: () => parts.pools.close(),
  };
}

async function requestWhole(request: EgressRequest, { pools }: Parts): Promise<EgressResponse> {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, redirects = 0, signal } = request;
  const first = firstHop(request, acceptedCodings);
  const call = startCall({ timeoutMs, signal });
  try {
    const { answer, hop } = await follow(first, {
      limit: redirects,
      send: (next) => collect(next, { pool: pools.of(next.target, next.loopback), call, maxBytes }),
    });
    const { headers, body } = await decoded(answer, { host: hop.target.host, maxBytes });
    return { status: answer.status, headers: joined(headers), body, url: hop.target.href };
  } catch (error) {
    throw explain(error, call);
  } finally {
    call.finish();
  }
}

async function requestStream(request: EgressRequest, { pools }: Parts): Promise<EgressStream> {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, redirects = 0, signal } = request;
  const first = firstHop(request);
  const call = startCall({ timeoutMs, signal });
  try {
    const { answer, hop } = await follow(first, {
      limit: redirects,
      send: (next) => open(next, { pool: pools.of(next.target, next.loopback), call, maxBytes }),
      discard: ({ body }) => body.destroy(),
    });
    finishWith(answer.body, call);
    return { status: answer.status, headers: joined(answer.headers), body: answer.body, url: hop.target.href };
  } catch (error) {
    call.finish();
    throw explain(error, call);
  }
}

/** An unknown name is no reason to refuse a configuration: dialling checks again. */
async function checkUrl(
  url: string,
  { guard, loopback }: { readonly guard: Guard; readonly loopback: boolean },
): Promise<void> {
  const { host, port } = readTarget(url);
  try {
    await guard.admit({ host, port, loopback });
  } catch (error) {
    if (!(error instanceof EgressError) || error.problem !== 'dns') throw error;
  }
}

function firstHop({ method, url, headers = {}, body, loopback = false }: EgressRequest, accepted?: string): Hop {
  if (method === 'CONNECT' || method === 'TRACE')
    throw new EgressError('refused', `The method ${method} cannot be sent.`);
  return { target: readTarget(url), method, headers: writeHeaders(headers, accepted), body, loopback };
}

function readHost(written: string): string {
  const host = normaliseHost(written);
  if (host === undefined) throw new EgressError('refused', 'The address has no valid host.');
  return host;
}

async function decoded(
  answer: Answer,
  { host, maxBytes }: { readonly host: string; readonly maxBytes: number },
): Promise<Pick<Answer, 'headers' | 'body'>> {
  const codings = codingsOf(answer);
  if (codings.length === 0) return answer;
  try {
    return { headers: decodedHeaders(answer.headers), body: await decodeBody(answer.body, codings, maxBytes) };
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(host, maxBytes);
    throw error;
  }
}

function joined(headers: Head['headers']): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) single[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return single;
}
