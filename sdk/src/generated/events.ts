// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface Event {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  /** The credential that did it: `key:…`, `session:…`, `jwt:…` or `system`. */
  readonly actor: string;
  readonly user_id: string | null;
  /** What it happened to: `connection:<id>`. */
  readonly subject: string;
  readonly data: unknown;
}

export interface SetAsideEvent {
  readonly id: string;
  readonly set_aside_at: string;
  /** Which part of Plugboard did not take it. */
  readonly listener: string;
  readonly event_id: string;
  readonly type: string;
  readonly subject: string;
  readonly attempts: number;
  readonly problem: string | null;
}

export interface ListEventsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
}

export interface ExportEventsQuery {
  /** From this time on. */
  readonly from?: string | undefined;
  /** Before this time. */
  readonly to?: string | undefined;
}

export interface ListSetAsideEventsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.events`. */
export interface EventsMethods {
  /**
   * What was changed in the workspace and by whom, newest first.
   *
   * Needs the role ADMIN or above and the scope `events:read`.
   */
  list(query?: ListEventsQuery, options?: Options): List<Event>;
  /**
   * The changes on record as lines of JSON, in the order of the audit chain, whole and streamed.
   *
   * Needs the role ADMIN or above and the scope `events:read`.
   */
  export(query?: ExportEventsQuery, options?: Options): AsyncGenerator<unknown, void>;
  readonly setAside: {
    /**
     * Events that some part of Plugboard was told of in vain too often, newest first. Later ones go on being told.
     *
     * Needs the role ADMIN or above and the scope `events:read`.
     */
    list(query?: ListSetAsideEventsQuery, options?: Options): List<SetAsideEvent>;
    /**
     * Has an event that was set aside told again.
     *
     * Needs the role ADMIN or above and the scope `admin`.
     */
    retry(id: string, options?: Options): Promise<SetAsideEvent>;
  };
}

/** How they are sent. */
export function eventsOf(send: Send): EventsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/events', query }, options),
    export: (query, options) => send.lines({ method: 'GET', path: '/api/v1/events/export', query }, options),
    setAside: {
      list: (query, options) => send.list({ method: 'GET', path: '/api/v1/events/set-aside', query }, options),
      retry: (id, options) =>
        send.object({ method: 'POST', path: at`/api/v1/events/set-aside/${id}/retry`, repeatable: true }, options),
    },
  };
}
