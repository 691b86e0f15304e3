import type { Socket } from 'node:net';
import type { Pool } from 'undici';
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
import { tcpOrigin } from './limits/dialled-origin.ts';
import { alwaysHealthy, type Health } from './limits/health.ts';
import { witness } from './limits/witness.ts';
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
  /** Is told how every origin does. Default: nobody is. */
  readonly health?: Health;
}

interface Parts {
  readonly guard: Guard;
  readonly pools: Pools;
  readonly health: Health;
  readonly connectMs: number;
}

/** Whose door it is; `undefined`: the process's own. */
interface Own extends Parts {
  readonly workspaceId: string | undefined;
}

const defaultTimeouts: Timeouts = { dnsMs: 5_000, connectMs: 10_000, headersMs: 300_000, idleMs: 300_000 };
const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 10 * 1024 * 1024;
const mostDoors = 1_000;

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
  const { health = alwaysHealthy } = options;
  const parts = { guard, health, pools: createPools({ guard, health, timeouts }), connectMs: timeouts.connectMs };
  const doors = new Map<string, Egress>();
  const of = (workspaceId: string): Egress => {
    const known = doors.get(workspaceId);
    if (known !== undefined) return known;
    if (doors.size >= mostDoors) doors.clear();
    const door = doorOf({ ...parts, workspaceId }, of);
    doors.set(workspaceId, door);
    return door;
  };
  return doorOf({ ...parts, workspaceId: undefined }, of);
}

function doorOf(own: Own, of: Egress['of']): Egress {
  const { pools } = own;
  return {
    request: (request) => requestWhole(request, own),
    stream: (request) => requestStream(request, own),
    connect: (place) => connectTo(place, own),
    fetch: ({ loopback = false } = {}) => createFetch(own, loopback),
    check: (url, { loopback = false } = {}) => checkUrl(url, { ...own, loopback }),
    of,
    close: () => pools.close(),
  };
}

async function requestWhole(request: EgressRequest, own: Own): Promise<EgressResponse> {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, redirects = 0, signal } = request;
  const first = firstHop(request, acceptedCodings);
  const call = startCall({ timeoutMs, signal });
  try {
    const { answer, hop } = await follow(first, {
      limit: redirects,
      send: (next) => seen(next, own, collect(next, { pool: poolOf(next, own), call, maxBytes })),
    });
    const { headers, body } = await decoded(answer, { host: hop.target.host, maxBytes });
    return { status: answer.status, headers: joined(headers), body, url: hop.target.href };
  } catch (error) {
    throw explain(error, call);
  } finally {
    call.finish();
  }
}

async function requestStream(request: EgressRequest, own: Own): Promise<EgressStream> {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, wholeUpTo, redirects = 0, signal } = request;
  const first = firstHop(request);
  const call = startCall({ timeoutMs, signal });
  try {
    const { answer, hop } = await follow(first, {
      limit: redirects,
      send: (next) => seen(next, own, open(next, { pool: poolOf(next, own), call, maxBytes, wholeUpTo })),
      discard: ({ body }) => body.destroy(),
    });
    if (answer.whole === undefined) finishWith(answer.body, call);
    else call.finish();
    const { status, body, whole } = answer;
    return { status, headers: joined(answer.headers), body, ...(whole && { whole }), url: hop.target.href };
  } catch (error) {
    call.finish();
    throw explain(error, call);
  }
}

function poolOf({ target, loopback }: Hop, { pools, workspaceId }: Own): Pool {
  return pools.of(target, { loopback, workspaceId });
}

function seen<T extends Head>({ target }: Hop, { health, workspaceId }: Own, exchange: Promise<T>): Promise<T> {
  return witness(exchange, { health, origin: target.origin, workspaceId });
}

async function connectTo(
  { host: written, port, timeoutMs }: Parameters<Egress['connect']>[0],
  { guard, health, workspaceId, connectMs }: Own,
): Promise<Socket> {
  const host = readHost(written);
  const origin = tcpOrigin(host, port);
  try {
    const place = { host, port, loopback: false, workspaceId };
    const socket = await dial(place, { guard, timeoutMs: timeoutMs ?? connectMs });
    health.answered(origin, workspaceId, 200);
    return socket;
  } catch (error) {
    health.unreachable(origin, error);
    throw error;
  }
}

/** An unknown name is no reason to refuse a configuration: dialling checks again. */
async function checkUrl(
  url: string,
  { guard, loopback, workspaceId }: Pick<Own, 'guard' | 'workspaceId'> & { readonly loopback: boolean },
): Promise<void> {
  const { host, port } = readTarget(url);
  try {
    await guard.admit({ host, port, loopback, workspaceId });
  } catch (error) {
    if (!(error instanceof EgressError) || error.problem !== 'dns') throw error;
  }
}

function firstHop(request: EgressRequest, accepted?: string): Hop {
  const { method, url, headers = {}, body, bodyBytes, loopback = false } = request;
  if (method === 'CONNECT' || method === 'TRACE')
    throw new EgressError('refused', `The method ${method} cannot be sent.`);
  const length = bodyBytes === undefined ? [] : ['content-length', String(bodyBytes)];
  return {
    target: readTarget(url),
    method,
    headers: [...writeHeaders(headers, accepted), ...length],
    body,
    loopback,
  };
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
