import type { Socket } from 'node:net';
import { Pool, type buildConnector } from 'undici';
import { dial } from './dial.ts';
import { EgressError } from './egress.ts';
import type { Guard, Place } from './guard/guard.ts';
import type { Target } from './guard/target.ts';

/** Limits in milliseconds for the parts of an exchange; `EgressRequest.timeoutMs` limits the whole. */
export interface Timeouts {
  /** For one name lookup. Default 5,000. */
  readonly dnsMs: number;
  /** For connecting and the TLS handshake. Default 10,000. */
  readonly connectMs: number;
  /** From sending to the end of the answer's headers. Default 300,000. */
  readonly headersMs: number;
  /** Between two parts of an answer's body. Default 300,000. */
  readonly idleMs: number;
}

/** The kept connections, by origin. */
export interface Pools {
  /** The pool of a target; dialling goes through the guard every time. */
  of(target: Target, loopback: boolean): Pool;
  /** Ends every connection; calls under way fail with `aborted`. */
  close(): Promise<void>;
}

const mostPools = 512;
const connectionsPerOrigin = 256;
const longestSocketLifeMs = 5 * 60_000;
const idleSocketMs = 30_000;
const maxHeaderBytes = 64 * 1024;

/** Keeps a pool per origin and loopback permission, the least recently used making room for new ones. */
export function createPools(options: { readonly guard: Guard; readonly timeouts: Timeouts }): Pools {
  const pools = new Map<string, Pool>();
  const retiring = new Set<Pool>();
  let closed = false;

  const retireOldest = (): void => {
    const [oldest] = pools;
    if (oldest === undefined || pools.size <= mostPools) return;
    const [key, pool] = oldest;
    pools.delete(key);
    retiring.add(pool);
    void pool.close().finally(() => retiring.delete(pool));
  };

  return {
    of(target, loopback) {
      if (closed) throw new EgressError('aborted', 'Plugboard is shutting down.');
      const key = loopback ? `loopback ${target.origin}` : target.origin;
      const pool = pools.get(key) ?? openPool(target, { ...options, loopback });
      pools.delete(key);
      pools.set(key, pool);
      retireOldest();
      return pool;
    },
    async close() {
      closed = true;
      await Promise.all([...pools.values(), ...retiring].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

interface PoolOptions {
  readonly guard: Guard;
  readonly timeouts: Timeouts;
  readonly loopback: boolean;
}

function openPool(target: Target, { guard, timeouts, loopback }: PoolOptions): Pool {
  const place = { host: target.host, port: target.port, loopback };
  return new Pool(target.origin, {
    connect: guardedConnector(place, { guard, timeoutMs: timeouts.connectMs, secure: target.secure }),
    connections: connectionsPerOrigin,
    pipelining: 1,
    clientTtl: longestSocketLifeMs,
    keepAliveTimeout: idleSocketMs,
    keepAliveMaxTimeout: longestSocketLifeMs,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
  });
}

/** Dials the place of its pool whatever undici asks for, and resumes TLS sessions with it. */
function guardedConnector(
  place: Place,
  options: { readonly guard: Guard; readonly timeoutMs: number; readonly secure: boolean },
): buildConnector.connector {
  let session: Buffer | undefined;
  const keep = (latest: Buffer): void => {
    session = latest;
  };
  return (_asked, callback) => {
    const { guard, timeoutMs, secure } = options;
    void handOver(dial(place, { guard, timeoutMs, ...(secure && { tls: { session, keep } }) }), callback);
  };
}

async function handOver(dialling: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  const outcome = await dialling.catch((error: Error) => error);
  if (outcome instanceof Error) callback(outcome, null);
  else callback(null, outcome);
}
