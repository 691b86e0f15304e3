// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { ConnectionDefaults } from './shared.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly kind: 'agent' | 'app' | 'person';
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  readonly scopes: readonly (
    | 'connectors:read'
    | 'connections:read'
    | 'connections:write'
    | 'tools:read'
    | 'tools:call'
    | 'tools:write_unasked'
    | 'approvals:read'
    | 'approvals:decide'
    | 'secrets:reveal'
    | 'members:read'
    | 'members:write'
    | 'keys:read'
    | 'keys:write'
    | 'workspaces:read'
    | 'workspaces:write'
    | 'projects:read'
    | 'projects:write'
    | 'events:read'
    | 'calls:read'
    | 'oauth:direct'
    | 'end_users:read'
    | 'end_users:write'
    | 'connect_links:write'
    | 'user_tokens:write'
    | 'webhooks:read'
    | 'webhooks:write'
    | 'metrics:read'
    | 'admin'
  )[];
  /** The person it acts for. */
  readonly user_id: string;
  /** By connector, the id of the connection that its name alone means. */
  readonly connection_defaults: Readonly<Record<string, string>>;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

export interface CreateApiKeyBody {
  readonly name: string;
  readonly kind?: 'agent' | 'app' | 'person' | undefined;
  /** Default: by kind, never above your own. */
  readonly role?: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER' | undefined;
  /** Default: by kind. */
  readonly scopes?:
    | readonly (
        | 'connectors:read'
        | 'connections:read'
        | 'connections:write'
        | 'tools:read'
        | 'tools:call'
        | 'tools:write_unasked'
        | 'approvals:read'
        | 'approvals:decide'
        | 'secrets:reveal'
        | 'members:read'
        | 'members:write'
        | 'keys:read'
        | 'keys:write'
        | 'workspaces:read'
        | 'workspaces:write'
        | 'projects:read'
        | 'projects:write'
        | 'events:read'
        | 'calls:read'
        | 'oauth:direct'
        | 'end_users:read'
        | 'end_users:write'
        | 'connect_links:write'
        | 'user_tokens:write'
        | 'webhooks:read'
        | 'webhooks:write'
        | 'metrics:read'
        | 'admin'
      )[]
    | undefined;
  /** Default: never. */
  readonly expires_at?: string | undefined;
  /** By connector, the id of the connection that its name alone means. */
  readonly connection_defaults?: Readonly<Record<string, string>> | undefined;
}

export interface SetKeyConnectionDefaultBody {
  readonly connector: string;
  /** null: none in particular. */
  readonly connection_id: string | null;
}

export interface ListApiKeysQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.apiKeys`. */
export interface ApiKeysMethods {
  /**
   * The keys in force, newest first: one’s own, for ADMIN and above everybody’s.
   *
   * Needs the role VIEWER or above and the scope `keys:read`.
   */
  list(query?: ListApiKeysQuery, options?: Options): List<ApiKey>;
  /**
   * Makes a key that acts for the caller, never above them. The key is shown once.
   *
   * Needs the role VIEWER or above and the scope `keys:write`.
   */
  create(
    body: CreateApiKeyBody,
    options?: Options,
  ): Promise<{
    readonly api_key: ApiKey;
    /** Shown once. Keep it safe. */
    readonly key: string;
  }>;
  /**
   * Ends a key at once: one’s own, or for ADMIN and above anybody’s.
   *
   * Needs the role VIEWER or above and the scope `keys:write`.
   */
  revoke(id: string, options?: Options): Promise<void>;
  readonly connectionDefaults: {
    /**
     * Sets which connection a connector’s name alone means to a key. It counts before that of the key’s person.
     *
     * Needs the role VIEWER or above and the scope `keys:write`.
     */
    set(id: string, body: SetKeyConnectionDefaultBody, options?: Options): Promise<ConnectionDefaults>;
  };
}

/** How they are sent. */
export function apiKeysOf(send: Send): ApiKeysMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/api-keys', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/api-keys', body, repeatable: true }, options),
    revoke: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/api-keys/${id}` }, options),
    connectionDefaults: {
      set: (id, body, options) =>
        send.object({ method: 'PUT', path: at`/api/v1/api-keys/${id}/connection-defaults`, body }, options),
    },
  };
}
