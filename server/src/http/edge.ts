import type { Identity } from '../access/access.ts';
import type { App } from '../context.ts';
import type { Drain } from './drain.ts';
import type { Courtesy } from './limits/courtesy.ts';
import type { FailedCredentials } from './limits/failed-credentials.ts';
import type { InFlight } from './limits/in-flight.ts';
import type { RateLimiter } from './limits/rate-limit.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What the HTTP edge keeps for the life of the process. */
export interface Edge {
  readonly app: App;
  readonly drain: Drain;
  readonly metrics: Metrics;
  /** Per principal; `undefined` where `PLUGBOARD_RATE_LIMIT` is `off`. */
  readonly perKey: RateLimiter | undefined;
  readonly failedCredentials: FailedCredentials;
  readonly inFlight: InFlight;
  readonly courtesy: Courtesy;
  /** Of every request that is being answered in a workspace; aborted together when a drain runs out of time. */
  readonly live: Set<AbortController>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `admit` on every route that is not public. */
    identity: Identity | undefined;
    /** The workspace it entered, for the log. */
    workspaceId: string | undefined;
  }

  interface FastifyContextConfig {
    /** Absent: a credential is needed. */
    readonly access?: 'public';
    /** A page with a form: what it is sent is form-encoded and comes from our own origin (S7). Absent: JSON. */
    readonly takesForms?: true;
    /** Absent: `Host` must be ours (S7). */
    readonly anyHost?: true;
  }
}
