// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface EndUser {
  /** As the app calls them. */
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface EndUserDetail {
  /** As the app calls them. */
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** How many they have. */
  readonly connections: number;
  /** How many are in force. */
  readonly tokens: number;
}

export interface EndUserErasure {
  /** The pseudonym that stands in the records where they were named. */
  readonly end_user: string;
  /** Those that were revoked, a thousand at most, and what their providers said until now. */
  readonly connections: readonly {
    readonly id: string;
    readonly connector: string;
    readonly outcome: 'waiting' | 'revoked_at_provider' | 'not_supported' | 'failed';
  }[];
  /** User tokens that were ended. */
  readonly tokens: number;
  /** Connect links that were deleted. */
  readonly links: number;
  readonly approvals: number;
  /** Files that were deleted. */
  readonly files: number;
  /** Calls that named them; null until all were looked at. */
  readonly calls: number | null;
  readonly events: number | null;
  readonly revocation_id: string;
  readonly begun_at: string;
  /** Null while it goes on in the background. */
  readonly finished_at: string | null;
}

export interface PutEndUserBody {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
}

export interface ListEndUsersQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** How their id, name or e-mail address begins, whatever the case of the letters a to z. */
  readonly q?: string | undefined;
}

/** The methods under `plugboard.endUsers`. */
export interface EndUsersMethods {
  /**
   * The end users that apps have named, newest first.
   *
   * Needs the role MANAGER or above and the scope `end_users:read`.
   */
  list(query?: ListEndUsersQuery, options?: Options): List<EndUser>;
  /**
   * One end user, and how much is theirs.
   *
   * Needs the role MANAGER or above and the scope `end_users:read`.
   */
  get(id: string, options?: Options): Promise<EndUserDetail>;
  /**
   * Says who an end user is, known before or not. What is left out stays.
   *
   * Needs the role MANAGER or above and the scope `end_users:write`.
   */
  set(id: string, body?: PutEndUserBody, options?: Options): Promise<EndUserDetail>;
  /**
   * Forgets an end user: everything of theirs is revoked or deleted, and a pseudonym takes their place in all records. Answers a receipt; repeated, the same one.
   *
   * Needs the role MANAGER or above and the scope `end_users:write`.
   */
  erase(id: string, options?: Options): Promise<EndUserErasure>;
}

/** How they are sent. */
export function endUsersOf(send: Send): EndUsersMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/end-users', query }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/end-users/${id}` }, options),
    set: (id, body, options) =>
      send.object({ method: 'PUT', path: at`/api/v1/end-users/${id}`, body: body ?? {} }, options),
    erase: (id, options) => send.object({ method: 'DELETE', path: at`/api/v1/end-users/${id}` }, options),
  };
}
