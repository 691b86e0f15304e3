import type { Socket } from 'node:net';
import { Pool, type buildConnector } from 'undici';
import { dial } from './dial.ts';
import { EgressError } from './egress.ts';
import type { Guard, Place } from './guard/guard.ts';
import type { Health } from './limits/health.ts';
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

/** Who asks for a pool. */
export interface Asking {
  readonly loopback: boolean;
  readonly workspaceId: string | undefined;
}

/** The kept connections, by origin. */
export interface Pools {
  /** The pool of a target; dialling goes through the guard every time, on the account of whoever asked last. */
  of(target: Target, asking: Asking): Pool;
  /** Ends every connection; calls under way fail with `aborted`. */
  close(): Promise<void>;
}

const mostPools = 512;
/** More than calls may be under way (R13): MCP servers hold one for each session that listens. */
const connectionsPerOrigin = 1_024;
const longestSocketLifeMs = 5 * 60_000;
const idleSocketMs = 30_000;
const maxHeaderBytes = 64 * 1024;

/** Keeps a pool per origin and loopback permission, the least recently used making room for new ones. */
export function createPools(options: PoolOptions): Pools {
  const pools = new Map<string, KeptPool>();
  const retiring = new Set<Pool>();
  let closed = false;

  const retireOldest = (): void => {
    const [oldest] = pools;
    if (oldest === undefined || pools.size <= mostPools) return;
    const [key, { pool }] = oldest;
    pools.delete(key);
    retiring.add(pool);
    void pool.close().finally(() => retiring.delete(pool));
  };

  return {
    of(target, { loopback, workspaceId }) {
      if (closed) throw new EgressError('aborted', 'Plugboard is shutting down.');
      const key = loopback ? `loopback ${target.origin}` : target.origin;
      const kept = pools.get(key) ?? openPool(target, loopback, options);
      kept.place.workspaceId = workspaceId;
      pools.delete(key);
      pools.set(key, kept);
      retireOldest();
      return kept.pool;
    },
    async close() {
      closed = true;
      await Promise.all([...[...pools.values()].map(({ pool }) => pool), ...retiring].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** What every pool is opened with. */
export interface PoolOptions {
  readonly guard: Guard;
  readonly health: Health;
  readonly timeouts: Timeouts;
}

interface KeptPool {
  readonly pool: Pool;
  readonly place: DialledPlace;
}

/** The workspace is whichever asked last: whoever shares an origin shares the answers of its name servers too. */
interface DialledPlace extends Place {
  workspaceId: string | undefined;
}

function openPool(target: Target, loopback: boolean, options: PoolOptions): KeptPool {
  const { timeouts } = options;
  const place: DialledPlace = { host: target.host, port: target.port, loopback, workspaceId: undefined };
  const pool = new Pool(target.origin, {
    connect: guardedConnector(target, place, options),
    connections: connectionsPerOrigin,
    pipelining: 1,
    clientTtl: longestSocketLifeMs,
    keepAliveTimeout: idleSocketMs,
    keepAliveMaxTimeout: longestSocketLifeMs,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
  });
  return { pool, place };
}

/** Dials the place of its pool whatever undici asks for, and resumes TLS sessions with it. */
function guardedConnector(
  { secure, origin }: Target,
  place: DialledPlace,
  { guard, health, timeouts }: PoolOptions,
): buildConnector.connector {
  let session: Buffer | undefined;
  const keep = (latest: Buffer): void => {
    session = latest;
  };
  return (_asked, callback) => {
    const timeoutMs = timeouts.connectMs;
    const dialling = dial({ ...place }, { guard, timeoutMs, ...(secure && { tls: { session, keep } }) });
    dialling.catch((error: unknown) => health.unreachable(origin, error));
    void handOver(dialling, callback);
  };
}

async function handOver(dialling: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  const outcome = await dialling.catch((error: Error) => error);
  if (outcome instanceof Error) callback(outcome, null);
  else callback(null, outcome);
}
