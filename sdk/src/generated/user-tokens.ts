// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface KeySet {
  /** What signed tokens name as their issuer (`iss`). */
  readonly id: string;
  readonly name: string;
  readonly jwks: {
    readonly keys: readonly {
      readonly kid: string;
      /** The one algorithm it counts with. */
      readonly alg: 'EdDSA' | 'ES256' | 'RS256';
      readonly kty: string;
      readonly crv?: string;
      readonly x?: string;
      readonly y?: string;
      readonly n?: string;
      readonly e?: string;
    }[];
  };
  /** Connections of the workspace that tokens may name at most. */
  readonly connections: readonly string[];
  readonly created_by: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface UserToken {
  readonly id: string;
  readonly end_user: {
    /** As the app calls them. */
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
  };
  /** Of which connectors their own connections count; null: of all. */
  readonly connectors: readonly string[] | null;
  /** Connections of the workspace that are usable with it besides. */
  readonly connections: readonly string[];
  readonly agent: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface CreateUserTokenAnswer {
  readonly id: string;
  /** Shown once. Hand it to whoever acts for this end user, and to nobody else. */
  readonly token: string;
  readonly expires_at: string;
  readonly end_user: {
    /** As the app calls them. */
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
  };
}

export interface CreateUserTokenBody {
  /** Whose it is, or only their id. */
  readonly end_user:
    | {
        /** As the app calls them. */
        readonly id: string;
        readonly name?: string | undefined;
        readonly email?: string | undefined;
      }
    | string;
  /** Ids of connectors: of their own connections only those count. Default: all. */
  readonly connectors?: readonly string[] | undefined;
  /** Connections of the workspace, of your crews or of your own that are usable with it besides. */
  readonly connections?: readonly string[] | undefined;
  /** The agent that it is meant for; kept with it. */
  readonly agent?: string | undefined;
  /** Seconds. Default: 3600. */
  readonly expires_in?: number | undefined;
  /** Texts of the app by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface RegisterKeySetBody {
  readonly name: string;
  /** 1 to 10 public keys (RFC 7517), each with a kid: Ed25519, P-256, or RSA of 2048 bits and more. */
  readonly jwks: {
    readonly keys: readonly Readonly<Record<string, unknown>>[];
  };
  /** Connections of the workspace or of your crews that its tokens may name at most. Default: none. */
  readonly connections?: readonly string[] | undefined;
}

export interface EditKeySetBody {
  readonly name?: string | undefined;
  /** 1 to 10 public keys (RFC 7517), each with a kid: Ed25519, P-256, or RSA of 2048 bits and more. */
  readonly jwks?:
    | {
        readonly keys: readonly Readonly<Record<string, unknown>>[];
      }
    | undefined;
  /** Connections of the workspace or of your crews that its tokens may name at most. Default: none. */
  readonly connections?: readonly string[] | undefined;
}

export interface ListUserTokensQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Those of one, by the id the app calls them. */
  readonly end_user?: string | undefined;
}

export interface RevokeUserTokensQuery {
  /** Whose, by the id the app calls them. */
  readonly end_user: string;
}

export interface ListKeySetsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.userTokens`. */
export interface UserTokensMethods {
  /**
   * The tokens of end users that are in force, newest first, without the tokens.
   *
   * Needs the role MANAGER or above and the scope `user_tokens:write`.
   */
  list(query?: ListUserTokensQuery, options?: Options): List<UserToken>;
  /**
   * Makes a token that acts for one end user of the app: their own connections, and those named. The token is shown once.
   *
   * Needs the role MANAGER or above and the scope `user_tokens:write`.
   */
  create(body: CreateUserTokenBody, options?: Options): Promise<CreateUserTokenAnswer>;
  /**
   * Ends all tokens of one end user, those that the app signed until now too, on every replica within a second.
   *
   * Needs the role MANAGER or above and the scope `user_tokens:write`.
   */
  revokeAll(
    query: RevokeUserTokensQuery,
    options?: Options,
  ): Promise<{
    /** How many of ours there were. */
    readonly revoked: number;
  }>;
  /**
   * Ends a token on every replica within a second.
   *
   * Needs the role MANAGER or above and the scope `user_tokens:write`.
   */
  revoke(id: string, options?: Options): Promise<void>;
  readonly keySets: {
    /**
     * The public keys whose signatures count for end users, newest first.
     *
     * Needs the role ADMIN or above and the scope `user_tokens:write`.
     */
    list(query?: ListKeySetsQuery, options?: Options): List<KeySet>;
    /**
     * Registers public keys: what an app signs with them counts as its end users’ tokens and links. Takes a person.
     *
     * Needs the role ADMIN or above and the scope `user_tokens:write`.
     */
    register(body: RegisterKeySetBody, options?: Options): Promise<KeySet>;
    /**
     * One set of public keys.
     *
     * Needs the role ADMIN or above and the scope `user_tokens:write`.
     */
    get(id: string, options?: Options): Promise<KeySet>;
    /**
     * Replaces its name, its keys or what it may name. What a key signed that is gone counts no longer. Takes a person.
     *
     * Needs the role ADMIN or above and the scope `user_tokens:write`.
     */
    update(id: string, body?: EditKeySetBody, options?: Options): Promise<KeySet>;
    /**
     * Ends a set of keys and everything they signed, on every replica within a second.
     *
     * Needs the role ADMIN or above and the scope `user_tokens:write`.
     */
    revoke(id: string, options?: Options): Promise<void>;
  };
}

/** How they are sent. */
export function userTokensOf(send: Send): UserTokensMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/user-tokens', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/user-tokens', body, repeatable: true }, options),
    revokeAll: (query, options) => send.object({ method: 'DELETE', path: '/api/v1/user-tokens', query }, options),
    revoke: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/user-tokens/${id}` }, options),
    keySets: {
      list: (query, options) => send.list({ method: 'GET', path: '/api/v1/user-tokens/key-sets', query }, options),
      register: (body, options) =>
        send.object({ method: 'POST', path: '/api/v1/user-tokens/key-sets', body, repeatable: true }, options),
      get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/user-tokens/key-sets/${id}` }, options),
      update: (id, body, options) =>
        send.object({ method: 'PATCH', path: at`/api/v1/user-tokens/key-sets/${id}`, body: body ?? {} }, options),
      revoke: (id, options) =>
        send.nothing({ method: 'DELETE', path: at`/api/v1/user-tokens/key-sets/${id}` }, options),
    },
  };
}
