// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { Person } from './shared.ts';

export interface Crew {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly created_at: string;
}

export interface CreateCrewBody {
  readonly name: string;
  readonly slug?: string | undefined;
}

export interface ListCrewsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.crews`. */
export interface CrewsMethods {
  /**
   * The crews of the workspace, newest first.
   *
   * Needs the role VIEWER or above and the scope `workspaces:read`.
   */
  list(query?: ListCrewsQuery, options?: Options): List<Crew>;
  /**
   * Makes an empty crew.
   *
   * Needs the role ADMIN or above and the scope `workspaces:write`.
   */
  create(body: CreateCrewBody, options?: Options): Promise<Crew>;
  /**
   * One crew.
   *
   * Needs the role VIEWER or above and the scope `workspaces:read`.
   */
  get(crew: string, options?: Options): Promise<Crew>;
  /**
   * Deletes a crew that has no connections left.
   *
   * Needs the role ADMIN or above and the scope `workspaces:write`.
   */
  delete(crew: string, options?: Options): Promise<void>;
  readonly members: {
    /**
     * The people in a crew, by name.
     *
     * Needs the role VIEWER or above and the scope `members:read`.
     */
    list(crew: string, options?: Options): List<Person>;
    /**
     * Puts a member of the workspace into a crew; nothing happens where they are in it.
     *
     * Needs the role ADMIN or above and the scope `members:write`.
     */
    add(crew: string, userId: string, options?: Options): Promise<void>;
    /**
     * Takes somebody out of a crew.
     *
     * Needs the role ADMIN or above and the scope `members:write`.
     */
    remove(crew: string, userId: string, options?: Options): Promise<void>;
  };
}

/** How they are sent. */
export function crewsOf(send: Send): CrewsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/crews', query }, options),
    create: (body, options) => send.object({ method: 'POST', path: '/api/v1/crews', body, repeatable: true }, options),
    get: (crew, options) => send.object({ method: 'GET', path: at`/api/v1/crews/${crew}` }, options),
    delete: (crew, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/crews/${crew}` }, options),
    members: {
      list: (crew, options) => send.list({ method: 'GET', path: at`/api/v1/crews/${crew}/members` }, options),
      add: (crew, userId, options) =>
        send.nothing({ method: 'PUT', path: at`/api/v1/crews/${crew}/members/${userId}` }, options),
      remove: (crew, userId, options) =>
        send.nothing({ method: 'DELETE', path: at`/api/v1/crews/${crew}/members/${userId}` }, options),
    },
  };
}
