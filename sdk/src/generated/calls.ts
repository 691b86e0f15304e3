// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import type { Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface Call {
  readonly id: string;
  readonly at: string;
  readonly principal: string;
  readonly user_id: string;
  /** Of an app, as it calls them; null for everybody else, and for whoever may not know them. */
  readonly end_user: {
    readonly id: string;
  } | null;
  /** The member it was made for, where `run_as` named one. */
  readonly on_behalf_of: string | null;
  readonly door: 'rest' | 'mcp' | 'approval';
  readonly connection_id: string;
  readonly connector_id: string;
  readonly tool: string;
  readonly type: 'read' | 'write';
  readonly status: 'ok' | 'rejected' | 'unavailable' | 'outcome_unknown' | 'needs_approval' | 'executing';
  readonly reason: string | null;
  readonly message: string | null;
  readonly duration_ms: number | null;
  readonly approval_id: string | null;
  readonly request_id: string;
}

export interface ListCallsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Of this end user, as their app calls them: MANAGER with end_users:read. */
  readonly end_user?: string | undefined;
  readonly connection_id?: string | undefined;
  readonly connector_id?: string | undefined;
  readonly tool?: string | undefined;
  readonly status?: 'ok' | 'rejected' | 'unavailable' | 'outcome_unknown' | 'needs_approval' | 'executing' | undefined;
  readonly principal?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface ExportCallsQuery {
  /** From this time on. */
  readonly from?: string | undefined;
  /** Before this time. */
  readonly to?: string | undefined;
}

/** The methods under `plugboard.calls`. */
export interface CallsMethods {
  /**
   * Tool calls, newest first: one’s own, for MANAGER and above everybody’s.
   *
   * Needs the role VIEWER or above and the scope `calls:read`.
   */
  list(query?: ListCallsQuery, options?: Options): List<Call>;
  /**
   * Everybody’s tool calls as lines of JSON, in the order of the audit chain, whole and streamed.
   *
   * Needs the role ADMIN or above and the scope `calls:read`.
   */
  export(query?: ExportCallsQuery, options?: Options): AsyncGenerator<unknown, void>;
}

/** How they are sent. */
export function callsOf(send: Send): CallsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/calls', query }, options),
    export: (query, options) => send.lines({ method: 'GET', path: '/api/v1/calls/export', query }, options),
  };
}
