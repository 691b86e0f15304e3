// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface OauthApp {
  readonly connector: string;
  readonly name: string;
  /** Whose app it is; null where there is none and each connection brings its own. */
  readonly source: 'workspace' | 'environment' | null;
  readonly client_id: string | null;
  readonly has_secret: boolean;
  /** Which server it is for, as values of fields; null: the addresses that the manifest names. */
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** The one redirect URL to register with the app. */
  readonly redirect_uri: string;
  /** Where such an app is made at the provider, filled in beforehand; null where no such page is known. */
  readonly setup_url: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface SetOauthAppBody {
  readonly client_id: string;
  /** Absent: a public client, which has none. It is kept sealed and never shown. */
  readonly client_secret?: string | undefined;
  /** Which server the app is for, where the address is a field of the connector, e.g. `base_url`. Absent: the addresses that the manifest names. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

export interface ListOauthAppsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.oauthApps`. */
export interface OauthAppsMethods {
  /**
   * The OAuth apps that people of this workspace sign in with, by connector: its own and those of the installation.
   *
   * Needs the role ADMIN or above and the scope `connections:read`.
   */
  list(query?: ListOauthAppsQuery, options?: Options): List<OauthApp>;
  /**
   * Sets the OAuth app that people of this workspace sign in to a connector with, before that of the installation. Takes a person, or a key with the scope admin.
   *
   * Needs the role ADMIN or above and the scope `connections:write`.
   */
  set(connector: string, body: SetOauthAppBody, options?: Options): Promise<OauthApp>;
  /**
   * The OAuth app that counts for a connector, or what is needed to make one: its redirect URL and where.
   *
   * Needs the role ADMIN or above and the scope `connections:read`.
   */
  get(connector: string, options?: Options): Promise<OauthApp>;
  /**
   * Deletes the workspace's OAuth app for a connector; that of the installation counts again. Takes a person, or a key with the scope admin.
   *
   * Needs the role ADMIN or above and the scope `connections:write`.
   */
  remove(connector: string, options?: Options): Promise<void>;
}

/** How they are sent. */
export function oauthAppsOf(send: Send): OauthAppsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/oauth-apps', query }, options),
    set: (connector, body, options) =>
      send.object({ method: 'PUT', path: at`/api/v1/oauth-apps/${connector}`, body }, options),
    get: (connector, options) => send.object({ method: 'GET', path: at`/api/v1/oauth-apps/${connector}` }, options),
    remove: (connector, options) =>
      send.nothing({ method: 'DELETE', path: at`/api/v1/oauth-apps/${connector}` }, options),
  };
}
