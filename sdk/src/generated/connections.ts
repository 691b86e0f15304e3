// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { EditIntegrationToolAnswer, TestIntegrationAnswer, Tool } from './shared.ts';

export interface HeldAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly encoding: 'utf8' | 'base64';
  readonly left_out?: string;
}

export interface Revocation {
  readonly id: string;
  /** From telling_providers on, none of the connections is used any more. */
  readonly status: 'cutting_off' | 'telling_providers' | 'finished';
  /** Null where one connection was deleted by itself. */
  readonly filter: {
    /** The id of a connector. */
    readonly connector?: string;
    readonly created_before?: string;
    /** personal: of members; end_users: of the end users of apps. */
    readonly scope?: 'personal' | 'crew' | 'workspace' | 'end_users';
    /** Whose personal connections: the id of a person. */
    readonly owner?: string;
    /** An end user, as their app calls them. */
    readonly end_user?: string;
    readonly ids?: readonly string[];
    /** Every connection of the workspace; stands alone. */
    readonly all?: true;
  } | null;
  readonly used_since: string | null;
  /** The credential that asked for it: `key:…` or `session:…`. */
  readonly principal: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly cut_off_at: string | null;
  readonly finished_at: string | null;
  readonly progress: {
    readonly total: number;
    readonly waiting: number;
    readonly revoked_at_provider: number;
    readonly not_supported: number;
    readonly failed: number;
  };
}

export interface RevocationPreview {
  readonly dry_run: true;
  /** How many connections there are in all. */
  readonly count: number;
  readonly data: readonly RevocationProspect[];
  readonly next_cursor: string | null;
}

export interface RevocationProspect {
  readonly connection_id: string;
  readonly connector: string;
  readonly label: string;
  readonly handle: string;
  readonly scope: 'personal' | 'crew' | 'workspace';
  /** Whose personal connection it is: the id of a person. */
  readonly owner: string | null;
  /** The end user of an app whose it is, as the app calls them. */
  readonly end_user: string | null;
  /** Who it is at the provider, when known. */
  readonly account: string | null;
  readonly status: 'pending' | 'connected' | 'auth_failed' | 'token_expired' | 'revoked';
  readonly created_at: string;
  /** As far as the log of calls goes back. */
  readonly last_used_at: string | null;
  readonly revocable_at_provider: boolean;
  /** Why the provider would not be told. */
  readonly message: string | null;
}

export interface RevocationReceipt {
  readonly connection_id: string;
  readonly connector: string;
  readonly label: string;
  readonly handle: string;
  readonly scope: 'personal' | 'crew' | 'workspace';
  /** Whose personal connection it is: the id of a person. */
  readonly owner: string | null;
  /** The end user of an app whose it is, as the app calls them. */
  readonly end_user: string | null;
  /** Who it is at the provider, when known. */
  readonly account: string | null;
  readonly outcome: 'waiting' | 'revoked_at_provider' | 'not_supported' | 'failed';
  /** Why, in words; of one that waits, why the last attempt came to nothing. */
  readonly message: string | null;
  /** How often the provider was told in vain. */
  readonly attempts: number;
  /** Sealed until the provider was told, and for that alone. */
  readonly secrets: 'sealed' | 'destroyed';
  readonly cut_off_at: string;
  readonly settled_at: string | null;
}

export interface Connection {
  readonly id: string;
  readonly connectorSlug: string;
  readonly label: string;
  readonly handle: string;
  readonly scope: 'personal' | 'crew' | 'workspace';
  readonly status: 'pending' | 'connected' | 'auth_failed' | 'token_expired' | 'revoked';
  readonly statusReason: string | null;
  readonly isActive: boolean;
  readonly authType: 'oauth' | 'api_key' | 'none';
  readonly account: string | null;
  readonly scopes: readonly string[];
  /** The end user of an app whose it is. */
  readonly endUser: {
    /** As the app calls them. */
    readonly id: string;
  } | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ConnectionSignIn {
  readonly connection: Connection;
  readonly oauthUrl: string | null;
}

export interface RevocationDetail {
  readonly revocation: Revocation;
  readonly data: readonly RevocationReceipt[];
  readonly next_cursor: string | null;
}

export interface ToolChange {
  readonly held: boolean;
  /** What counts; null where nothing was accepted yet. */
  readonly accepted: {
    /** SHA-256 of the definition (RFC 8785). */
    readonly digest: string;
    readonly name: string;
    readonly label: string;
    readonly description: string;
    readonly type: 'read' | 'write';
    readonly destructive: boolean;
    readonly input_schema: Readonly<Record<string, unknown>>;
  } | null;
  readonly seen: {
    /** SHA-256 of the definition (RFC 8785). */
    readonly digest: string;
    readonly name: string;
    readonly label: string;
    readonly description: string;
    readonly type: 'read' | 'write';
    readonly destructive: boolean;
    readonly input_schema: Readonly<Record<string, unknown>>;
  };
  /** By JSON Pointer (RFC 6901); null stands for what is absent. */
  readonly differences: readonly {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
  readonly flags: readonly {
    readonly kind: 'tag_characters' | 'bidirectional' | 'zero_width' | 'control' | 'invisible' | 'gap' | 'look_alike';
    /** JSON Pointer (RFC 6901) into the definition. */
    readonly path: string;
    readonly message: string;
  }[];
}

export interface StartConnectionAnswer {
  readonly connection: Connection;
  readonly oauthUrl: string | null;
  readonly credentialSubmitUrl: string | null;
}

export interface SubmitCredentialsAnswer {
  readonly connection: Connection;
}

export interface RestartConnectionSignInAnswer {
  readonly connection: Connection;
  readonly oauthUrl: string | null;
  readonly device?: {
    readonly user_code: string;
    readonly verification_uri: string;
    readonly verification_uri_complete?: string;
    /** Seconds. */
    readonly expires_in: number;
    /** Seconds between two questions of ours; nobody else needs to ask. */
    readonly interval: number;
  };
}

export type CallToolAnswer =
  | {
      readonly status: 'ok';
      readonly output: unknown;
    }
  | {
      readonly status: 'rejected';
      readonly reason:
        | 'auth'
        | 'input'
        | 'scope'
        | 'rate_limit'
        | 'disabled'
        | 'declined'
        | 'connect_first'
        | 'held'
        | 'voided';
      readonly message: string;
      readonly problems?: readonly {
        /** JSON Pointer (RFC 6901) into the arguments. */
        readonly path: string;
        readonly message: string;
      }[];
      /** Seconds. */
      readonly retry_after?: number;
      /** A page of ours where a person puts it right. */
      readonly connect_url?: string;
      /** With `scope`: what is wanted besides what was granted. */
      readonly scopes?: readonly string[];
      /** Of a raw request: what the provider answered. */
      readonly answer?: HeldAnswer;
    }
  | {
      readonly status: 'unavailable';
      readonly message: string;
      readonly answer?: HeldAnswer;
    }
  | {
      readonly status: 'outcome_unknown';
      readonly message: string;
      readonly answer?: HeldAnswer;
    }
  | {
      readonly status: 'needs_approval';
      readonly approval_id: string;
      /** Where a person decides; with an end user’s token: what the app opens for them. */
      readonly url: string;
      /** With an end user’s token: who decides. */
      readonly message?: string;
    };

export interface ListConnectionToolsAnswer {
  readonly data: readonly Tool[];
  /** offer: they are offered, writes ask a person every time. hold: they wait for a person to look at them. */
  readonly new_tools: 'offer' | 'hold';
}

export interface StartConnectionBody {
  readonly connectorSlug: string;
  readonly label?: string | undefined;
  readonly authMode?: string | undefined;
  /** Where somebody signs in: values that this needs besides, e.g. a subdomain or an OAuth app of their own. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** Whose it is: theirs alone. Takes MANAGER with the scope end_users:write. */
  readonly end_user?:
    | {
        /** As the app calls them. */
        readonly id: string;
        readonly name?: string | undefined;
        readonly email?: string | undefined;
      }
    | undefined;
  /** Texts of the app by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface EditConnectionBody {
  readonly label?: string | undefined;
  readonly isActive?: boolean | undefined;
  /** Who may use it. Widening takes MANAGER and a person. */
  readonly scope?: 'personal' | 'crew' | 'workspace' | undefined;
  /** With scope crew: its id or slug. */
  readonly crew?: string | undefined;
  /** Keys to write; null takes one away, and what is not named stays. */
  readonly metadata?: Readonly<Record<string, string | null>> | undefined;
}

/** The values by field key, or {"fields": {…}}. Values of another account than before are a 409 unless {"fields": {…}, "confirmAccount": true} says that it is meant. */
export type SubmitCredentialsBody = Readonly<Record<string, unknown>>;

export interface EditConnectionToolBody {
  readonly disabled?: boolean | undefined;
  readonly requires_confirmation?: boolean | undefined;
}

export type RestartConnectionSignInBody = {
  /** device: by a code that is typed in at another browser, where the provider has that. */
  readonly flow?: 'code' | 'device' | undefined;
  /** Has the provider ask which account to use. */
  readonly selectAccount?: boolean | undefined;
  /** Of a key with the scope oauth:direct: another account than before is meant, and counts. A person is asked on the page. */
  readonly confirmAccount?: boolean | undefined;
} | null;

export interface RevokeConnectionsBody {
  /** At least one condition; a connection is meant where all of them hold. */
  readonly filter: {
    /** The id of a connector. */
    readonly connector?: string | undefined;
    readonly created_before?: string | undefined;
    /** personal: of members; end_users: of the end users of apps. */
    readonly scope?: 'personal' | 'crew' | 'workspace' | 'end_users' | undefined;
    /** Whose personal connections: the id of a person. */
    readonly owner?: string | undefined;
    /** An end user, as their app calls them. */
    readonly end_user?: string | undefined;
    readonly ids?: readonly string[] | undefined;
    /** Every connection of the workspace; stands alone. */
    readonly all?: true | undefined;
  };
  /** The default, where nothing is confirmed. */
  readonly dry_run?: boolean | undefined;
  readonly confirm?: true | undefined;
  /** Since when it is told what they were used for. */
  readonly used_since?: string | undefined;
}

export interface CallToolBody {
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** Id or handle of the one that is meant, where the path names none. */
  readonly connection?: string | undefined;
  /** Id or e-mail of the member it is made for: over what both may use, on record with both. Takes ADMIN. */
  readonly run_as?: string | undefined;
}

export interface EditConnectionToolsBody {
  /** offer: they are offered, writes ask a person every time. hold: they wait for a person to look at them. */
  readonly new_tools: 'offer' | 'hold';
}

export interface AcceptToolBody {
  /** `seen.digest` of the change that was looked at. */
  readonly digest: string;
}

export interface ListConnectionsQuery {
  /** workspace (MANAGER and above) adds the shared ones; end_users lists those of end users instead. */
  readonly scope?: 'personal' | 'workspace' | 'end_users' | undefined;
  /** Those of this end user alone: MANAGER with end_users:read. */
  readonly end_user?: string | undefined;
  /** Of this connector alone. */
  readonly connector?: string | undefined;
  /** Exactly this, e.g. `metadata[plan]=pro`; of several all. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Goes on after this id; the Link header of a full answer has it. */
  readonly cursor?: string | undefined;
}

export interface RevokeConnectionsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListRevocationsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface GetRevocationQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly outcome?: 'waiting' | 'revoked_at_provider' | 'not_supported' | 'failed' | undefined;
}

export interface ReportRevokedUsageQuery {
  /** Default: the used_since of the revocation. */
  readonly since?: string | undefined;
}

export interface CallToolQuery {
  /** Seconds to wait for a person where the call needs one; 0 answers at once. Default: what `Prefer` says, else 45. */
  readonly wait?: number | undefined;
}

/** The methods under `plugboard.connections`. */
export interface ConnectionsMethods {
  /**
   * The caller's connections, newest first, or those of end users.
   *
   * Needs the role VIEWER or above and the scope `connections:read`.
   */
  list(query?: ListConnectionsQuery, options?: Options): List<Connection>;
  /**
   * Starts a personal connection, or that of an end user, or finds the one under the same label, and says what comes next.
   *
   * Needs the role MEMBER or above and the scope `connections:write`.
   */
  create(body: StartConnectionBody, options?: Options): Promise<StartConnectionAnswer>;
  /**
   * One connection.
   *
   * Needs the role VIEWER or above and the scope `connections:read`.
   */
  get(id: string, options?: Options): Promise<Connection>;
  /**
   * Renames a connection, switches it off and on, shares it, or writes metadata on it.
   *
   * Needs the role MEMBER or above and the scope `connections:write`.
   */
  update(id: string, body?: EditConnectionBody, options?: Options): Promise<Connection>;
  /**
   * Revokes a connection and destroys its secrets.
   *
   * Needs the role MEMBER or above and the scope `connections:write`.
   */
  delete(
    id: string,
    options?: Options,
  ): Promise<{
    readonly deleted: true;
  }>;
  /**
   * Asks the provider now; what it answers is data, and the status of the connection follows it.
   *
   * Needs the role MEMBER or above and the scope `connections:write`.
   */
  test(id: string, options?: Options): Promise<TestIntegrationAnswer>;
  /**
   * Revokes every connection that a filter means, whoever has it. Without "confirm": true it only shows which ones these are.
   *
   * Needs the role ADMIN or above and the scope `admin`.
   */
  revoke(
    body: RevokeConnectionsBody,
    options?: Options & { readonly query?: RevokeConnectionsQuery },
  ): Promise<RevocationPreview | Revocation>;
  readonly credentials: {
    /**
     * Submits values; they count once the provider has accepted them.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    submit(id: string, body?: SubmitCredentialsBody, options?: Options): Promise<SubmitCredentialsAnswer>;
  };
  readonly tools: {
    /**
     * Switches one tool of a connection off, or makes it ask a person every time.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    update(
      id: string,
      name: string,
      body?: EditConnectionToolBody,
      options?: Options,
    ): Promise<EditIntegrationToolAnswer>;
    /**
     * Calls a tool. A read runs; a write waits up to 45 s for a person to decide and answers with its result, or with 202 and the approval that still waits. `Prefer: respond-async` or `?wait=0` answers at once.
     *
     * Needs the role MEMBER or above and the scope `tools:call`.
     */
    call(
      id: string,
      tool: string,
      body?: CallToolBody,
      options?: Options & { readonly query?: CallToolQuery },
    ): Promise<CallToolAnswer>;
    /**
     * Every tool of a connection: those that are switched off too, and for people those that are held.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    list(id: string, options?: Options): Promise<ListConnectionToolsAnswer>;
    /**
     * Says what happens to tools that the server of a connection adds later.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    updateAll(
      id: string,
      body: EditConnectionToolsBody,
      options?: Options,
    ): Promise<{
      /** offer: they are offered, writes ask a person every time. hold: they wait for a person to look at them. */
      readonly new_tools: 'offer' | 'hold';
    }>;
    /**
     * Lets a held tool be called as its server describes it now. Takes a person, or a key with the scope admin.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    accept(id: string, name: string, body: AcceptToolBody, options?: Options): Promise<ToolChange>;
    readonly change: {
      /**
       * What the server of a connection says of a tool now, beside what was accepted of it: for people, not for agents.
       *
       * Needs the role VIEWER or above and the scope `connections:read`.
       */
      get(id: string, name: string, options?: Options): Promise<ToolChange>;
    };
  };
  readonly oauth: {
    /**
     * Where signing in to the provider stands: the page to open, or null where none is waiting.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    get(id: string, options?: Options): Promise<ConnectionSignIn>;
    /**
     * Begins signing in to the provider anew. A connection that is connected goes on as it is until somebody has. Of an end user’s it answers a link for them.
     *
     * Needs the role MEMBER or above and the scope `connections:write`.
     */
    restart(id: string, body?: RestartConnectionSignInBody, options?: Options): Promise<RestartConnectionSignInAnswer>;
  };
  readonly revocations: {
    /**
     * The revocations of many connections at once, newest first.
     *
     * Needs the role ADMIN or above and the scope `connections:read`.
     */
    list(query?: ListRevocationsQuery, options?: Options): List<Revocation>;
    /**
     * How far a revocation is, and a receipt for each of its connections.
     *
     * Needs the role ADMIN or above and the scope `connections:read`.
     */
    get(id: string, query?: GetRevocationQuery, options?: Options): Promise<RevocationDetail>;
    readonly usage: {
      /**
       * What each connection of a revocation was used for, by whom, as lines of JSON: as far as the log of calls goes back.
       *
       * Needs the role ADMIN or above and the scope `calls:read`.
       */
      report(id: string, query?: ReportRevokedUsageQuery, options?: Options): AsyncGenerator<unknown, void>;
    };
  };
}

/** How they are sent. */
export function connectionsOf(send: Send): ConnectionsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/connections', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/connections', body, repeatable: true }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/connections/${id}` }, options),
    update: (id, body, options) =>
      send.object({ method: 'PATCH', path: at`/api/v1/connections/${id}`, body: body ?? {} }, options),
    delete: (id, options) => send.object({ method: 'DELETE', path: at`/api/v1/connections/${id}` }, options),
    test: (id, options) => send.object({ method: 'POST', path: at`/api/v1/connections/${id}/test` }, options),
    revoke: (body, options) =>
      send.object(
        { method: 'POST', path: '/api/v1/connections/revoke', query: options?.query, body, repeatable: true },
        options,
      ),
    credentials: {
      submit: (id, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/connections/${id}/credentials`, body: body ?? {}, repeatable: true },
          options,
        ),
    },
    tools: {
      update: (id, name, body, options) =>
        send.object({ method: 'PATCH', path: at`/api/v1/connections/${id}/tools/${name}`, body: body ?? {} }, options),
      call: (id, tool, body, options) =>
        send.object(
          {
            method: 'POST',
            path: at`/api/v1/connections/${id}/tools/${tool}/call`,
            query: options?.query,
            body: body ?? {},
            repeatable: true,
          },
          options,
        ),
      list: (id, options) => send.object({ method: 'GET', path: at`/api/v1/connections/${id}/tools` }, options),
      updateAll: (id, body, options) =>
        send.object({ method: 'PATCH', path: at`/api/v1/connections/${id}/tools`, body }, options),
      accept: (id, name, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/connections/${id}/tools/${name}/accept`, body, repeatable: true },
          options,
        ),
      change: {
        get: (id, name, options) =>
          send.object({ method: 'GET', path: at`/api/v1/connections/${id}/tools/${name}/change` }, options),
      },
    },
    oauth: {
      get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/connections/${id}/oauth` }, options),
      restart: (id, body, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/connections/${id}/oauth`, body: body ?? {}, repeatable: true },
          options,
        ),
    },
    revocations: {
      list: (query, options) => send.list({ method: 'GET', path: '/api/v1/connections/revocations', query }, options),
      get: (id, query, options) =>
        send.object({ method: 'GET', path: at`/api/v1/connections/revocations/${id}`, query }, options),
      usage: {
        report: (id, query, options) =>
          send.lines({ method: 'GET', path: at`/api/v1/connections/revocations/${id}/usage`, query }, options),
      },
    },
  };
}
