// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import type { Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { ServerEvent } from '../http/events-of.ts';

export interface AuditHead {
  /** How many segments the chain has. */
  readonly segment: number;
  /** The mark of the last one, in hex; empty where there is none. */
  readonly mac: string;
  readonly sealed_at: string | null;
  /** Events that are sealed. */
  readonly events: number;
  /** Calls that were sealed, also those that retention has deleted since. */
  readonly calls: number;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly head: {
    readonly segment: number;
    readonly mac: string;
  };
  readonly events: number;
  readonly calls: number;
  /** Calls that retention has deleted. */
  readonly expired: number;
  readonly fault_count: number;
  /** The first 1,000. */
  readonly faults: readonly {
    readonly kind: string;
    readonly message: string;
    readonly segment: number | null;
    readonly log: 'events' | 'calls' | null;
    /** The id of the row. */
    readonly row: string | null;
  }[];
  /** What is worth a look and proves nothing: records that came in late. */
  readonly notes: readonly {
    readonly kind: string;
    readonly message: string;
    readonly segment: number | null;
    readonly log: 'events' | 'calls' | null;
    /** The id of the row. */
    readonly row: string | null;
  }[];
}

export interface VerifyAuditBody {
  /** A head that was kept elsewhere: the chain must still go through it. */
  readonly head?:
    | {
        readonly segment: number;
        readonly mac: string;
      }
    | undefined;
}

/** The methods under `plugboard.audit`. */
export interface AuditMethods {
  /**
   * Recomputes the audit chain and names every record that was altered, deleted, inserted or moved since it was sealed. Takes seconds for a million records: ask for events to see how far it is.
   *
   * Needs the role ADMIN or above and the scope `events:read`.
   */
  verify(body?: VerifyAuditBody, options?: Options): Promise<AuditVerdict>;
  /**
   * Recomputes the audit chain and names every record that was altered, deleted, inserted or moved since it was sealed. Takes seconds for a million records: ask for events to see how far it is.
   *
   * Needs the role ADMIN or above and the scope `events:read`.
   *
   * As server-sent events, while it goes on.
   */
  verifyStream(body?: VerifyAuditBody, options?: Options): AsyncGenerator<ServerEvent, void>;
  readonly head: {
    /**
     * Where the audit chain ends. Kept elsewhere, it shows later whether the end was cut off or the chain made anew.
     *
     * Needs the role ADMIN or above and the scope `events:read`.
     */
    get(options?: Options): Promise<AuditHead>;
  };
}

/** How they are sent. */
export function auditOf(send: Send): AuditMethods {
  return {
    verify: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/audit/verify', body: body ?? {}, repeatable: true }, options),
    verifyStream: (body, options) =>
      send.events({ method: 'POST', path: '/api/v1/audit/verify', body: body ?? {}, repeatable: true }, options),
    head: {
      get: (options) => send.object({ method: 'GET', path: '/api/v1/audit/head' }, options),
    },
  };
}
