// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { MadeConnectLink } from './shared.ts';

export interface ConnectLink {
  readonly id: string;
  readonly status: 'created' | 'opened' | 'finished' | 'expired' | 'revoked';
  readonly purpose: 'connect' | 'reconnect' | 'step_up' | 'approve';
  /** null: they were erased. */
  readonly end_user: {
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
  } | null;
  /** null: all that are available. */
  readonly connectors: readonly string[] | null;
  /** What came of it, once it is finished; before, the connection it is for. */
  readonly connection_id: string | null;
  readonly scopes: readonly string[];
  readonly return_url: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly expires_at: string;
  readonly opened_at: string | null;
  readonly finished_at: string | null;
  readonly revoked_at: string | null;
}

export interface CreateConnectLinkBody {
  /** Ids to choose from. Default: all that are available. */
  readonly connectors?: readonly string[] | undefined;
  /** Whose the connection will be. What is left out stays as it is known. */
  readonly end_user: {
    /** As the app calls them. */
    readonly id: string;
    readonly name?: string | undefined;
    readonly email?: string | undefined;
  };
  /** One of theirs, to be signed in to anew; with scopes, to be granted more. */
  readonly connection_id?: string | undefined;
  /** Asked of the provider besides what the connector always asks for. */
  readonly scopes?: readonly string[] | undefined;
  /** How long it can be opened, in seconds. What it opens holds for an hour. */
  readonly expires_in?: number | undefined;
  /** Where the last page leads, with connection_id and status in its query: on a registered origin. */
  readonly return_url?: string | undefined;
  /** Written on the connection that is made. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The language of the pages. Default: what the browser asks for. */
  readonly locale?: string | undefined;
}

export interface ListConnectLinksQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** As your app calls them. */
  readonly end_user?: string | undefined;
  readonly connection_id?: string | undefined;
  readonly purpose?: 'connect' | 'reconnect' | 'step_up' | 'approve' | undefined;
  readonly status?: 'created' | 'opened' | 'finished' | 'expired' | 'revoked' | undefined;
}

/** The methods under `plugboard.connectLinks`. */
export interface ConnectLinksMethods {
  /** Makes a link with which an end user of an app connects an account. Its address is shown once, and opens once. */
  create(body: CreateConnectLinkBody, options?: Options): Promise<MadeConnectLink>;
  /** Links, newest first, with what came of them; never their addresses. */
  list(query?: ListConnectLinksQuery, options?: Options): List<ConnectLink>;
  /** Where a link stands, and the connection that came of it. */
  get(id: string, options?: Options): Promise<ConnectLink>;
  /** Ends a link at once, and what it opened. */
  revoke(id: string, options?: Options): Promise<void>;
}

/** How they are sent. */
export function connectLinksOf(send: Send): ConnectLinksMethods {
  return {
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/connect-links', body, repeatable: true }, options),
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/connect-links', query }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/connect-links/${id}` }, options),
    revoke: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/connect-links/${id}` }, options),
  };
}
