// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface ConnectorObject {
  readonly data: {
    /** `connector_` and 24 hex digits. */
    readonly id: string;
    /** The id of its connector; `mcp` for custom MCP servers. */
    readonly type: string;
    readonly name: string;
    readonly status: 'connected' | 'auth_failed' | 'token_expired';
    readonly status_reason: string | null;
    readonly is_active: boolean;
    readonly created_at: string;
    readonly updated_at: string;
    readonly tools: readonly {
      /** `<connector>_<tool>` */
      readonly name: string;
      readonly label: string;
      readonly description: string;
      readonly type: 'read' | 'write';
      readonly requires_confirmation: boolean;
      /** Switched off, or held until a person has looked at what its server made of it. */
      readonly disabled: boolean;
    }[];
  };
  readonly meta: {
    readonly request_id: string;
  };
}

export interface Operation {
  /** `<connector>_<operation>` */
  readonly name: string;
  /** Without the connector: `get_ticket`. */
  readonly operation: string;
  readonly connector_id: string;
  /** null where the connector is not connected, or no connection was named. */
  readonly connection_id: string | null;
  readonly connection_name: string | null;
  readonly connected: boolean;
  readonly label: string;
  readonly description: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly disabled: boolean;
  readonly requires_confirmation: boolean;
  readonly input_schema: Readonly<Record<string, unknown>>;
  readonly path_params: Readonly<Record<string, unknown>>;
  readonly query_params: Readonly<Record<string, unknown>>;
  readonly header_params: Readonly<Record<string, unknown>>;
  readonly body_params: Readonly<Record<string, unknown>>;
}

export interface ListedConnectorObject {
  /** `connector_` and 24 hex digits. */
  readonly id: string;
  /** The id of its connector; `mcp` for custom MCP servers. */
  readonly type: string;
  readonly name: string;
  readonly status: 'connected' | 'auth_failed' | 'token_expired';
  readonly status_reason: string | null;
  readonly is_active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ConnectedTool {
  /** `<connector>_<operation>` */
  readonly name: string;
  /** Without the connector: `get_ticket`. */
  readonly operation: string;
  readonly connector_id: string;
  /** null where the connector is not connected, or no connection was named. */
  readonly connection_id: string | null;
  readonly connection_name: string | null;
  readonly connected: boolean;
  readonly label: string;
  readonly description: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly disabled: boolean;
  readonly requires_confirmation: boolean;
}

export interface ListedOperation {
  /** `<connector>_<operation>` */
  readonly name: string;
  /** Without the connector: `get_ticket`. */
  readonly operation: string;
  readonly connector_id: string;
  /** null where the connector is not connected, or no connection was named. */
  readonly connection_id: string | null;
  readonly connection_name: string | null;
  readonly connected: boolean;
  readonly label: string;
  readonly description: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly disabled: boolean;
  readonly requires_confirmation: boolean;
  readonly input_schema: Readonly<Record<string, unknown>>;
}

export type ConnectConnectorAnswer =
  | {
      readonly id: string;
      readonly connector_id: string;
      readonly name: string;
      readonly version: string;
      readonly access_scope: 'personal' | 'organizational';
      readonly is_service_account: boolean;
      /** The person it belongs to alone; null where it is organizational. */
      readonly owner: string | null;
      readonly status: 'pending' | 'connected' | 'auth_failed' | 'token_expired' | 'revoked';
      readonly general_params: readonly {
        readonly name: string;
        readonly description: string;
        readonly location: 'path' | 'query' | 'header' | 'cookie';
        readonly value: string | null;
      }[];
      readonly target_system_servers: readonly {
        readonly url: string;
        readonly description?: string;
      }[];
      readonly created_at: string;
    }
  | {
      readonly oauth2_required: true;
      readonly message: string;
      readonly connector_page_url: string;
    };

export interface ConnectConnectorBody {
  /** What tells this connection from others of the same connector, e.g. Production Zendesk. */
  readonly name: string;
  /** Pins the connection to this version of the connector; null or absent: the latest, today and later. */
  readonly version?: string | null | undefined;
  /** Write-only. authMethod is apiKey or bearer (the key in apiKey, token or bearer; headerName where the connector lets its header be chosen), basic (username, password), connectionString, oauth2 (oauth2Token imports the answer of a token endpoint, with the client_id and client_secret its refresh_token was issued to; without it somebody signs in), or none; the other keys, and all of them without authMethod, are field keys of the connector. */
  readonly security?: Readonly<Record<string, unknown>> | null | undefined;
  /** Parameters of every call. They are no secrets. */
  readonly general_params?:
    | readonly {
        readonly name: string;
        readonly description: string;
        readonly location: 'path' | 'query' | 'header' | 'cookie';
        /** null or absent leaves it an input of the tools that have it. */
        readonly value?: string | null | undefined;
      }[]
    | null
    | undefined;
  /** Write-only. Headers of every call, kept like secrets. */
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  /** The first takes the place of the connector's server. */
  readonly target_system_servers?:
    | readonly {
        readonly url: string;
        readonly description?: string | null | undefined;
      }[]
    | null
    | undefined;
  /** Default personal; organizational takes a MANAGER or above. */
  readonly access_scope?: 'personal' | 'organizational' | null | undefined;
  /** Says something about organizational connections only. */
  readonly is_service_account?: boolean | null | undefined;
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

export interface InvokeOperationBody {
  readonly path_params?: Readonly<Record<string, unknown>> | undefined;
  readonly query_params?: Readonly<Record<string, unknown>> | undefined;
  readonly header_params?: Readonly<Record<string, unknown>> | undefined;
  readonly body_params?: Readonly<Record<string, unknown>> | undefined;
}

export interface ListConnectorObjectsQuery {
  /** Only those of this connector. */
  readonly type?: string | undefined;
  readonly status?: 'connected' | 'auth_failed' | 'token_expired' | undefined;
  readonly is_active?: string | undefined;
  readonly limit?: number | undefined;
  /** meta.next_cursor of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListConnectedToolsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface SearchToolsQuery {
  /** Every word must be found in name, label or description. */
  readonly q: string;
  readonly limit?: number | undefined;
}

export interface ListOperationsQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** One of its connections: with the tools and schemas this one has. */
  readonly connection_id?: string | undefined;
}

export interface GetOperationQuery {
  /** One of its connections: with the tools and schemas this one has. */
  readonly connection_id?: string | undefined;
}

export interface InvokeOperationQuery {
  /** Seconds to wait for a person where the call needs one; 0 answers at once. Default: what `Prefer` says, else 45. */
  readonly wait?: number | undefined;
}

/** The methods under `plugboard.v1`. */
export interface V1Methods {
  readonly connectors: {
    /**
     * The connections the caller may use or manage, newest first; those that wait or are revoked are left out.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    list(query?: ListConnectorObjectsQuery, options?: Options): List<ListedConnectorObject>;
    /**
     * One connection with every tool it has, those that are switched off included.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    get(id: string, options?: Options): Promise<ConnectorObject>;
  };
  readonly tools: {
    /**
     * Every tool of every connection the caller may use, page by page.
     *
     * Needs the role VIEWER or above and the scope `tools:read`.
     */
    list(query?: ListConnectedToolsQuery, options?: Options): List<ConnectedTool>;
    /**
     * The tools that fit the words best, those of connectors that are not connected yet included.
     *
     * Needs the role VIEWER or above and the scope `tools:read`.
     */
    search(query: SearchToolsQuery, options?: Options): List<ConnectedTool>;
    readonly connectors: {
      /**
       * Makes a named connection without waiting for the provider, or says where to sign in to one.
       *
       * Needs the role MEMBER or above and the scope `connections:write`.
       */
      connect(connectorId: string, body: ConnectConnectorBody, options?: Options): Promise<ConnectConnectorAnswer>;
      readonly operations: {
        /**
         * The operations of a connector, or of one of its connections, in the order of their names.
         *
         * Needs the role VIEWER or above and the scope `tools:read`.
         */
        list(connectorId: string, query?: ListOperationsQuery, options?: Options): List<ListedOperation>;
        /**
         * One operation, with the schemas of its parameters as a call sends them.
         *
         * Needs the role VIEWER or above and the scope `tools:read`.
         */
        get(connectorId: string, operation: string, query?: GetOperationQuery, options?: Options): Promise<Operation>;
      };
      readonly connections: {
        /**
         * Calls an operation and answers what the provider answered, with its status and content type. What is not called, or comes without an answer of the provider, is told as by any tool call.
         *
         * Needs the role MEMBER or above and the scope `tools:call`.
         */
        invoke(
          connectorId: string,
          connectionId: string,
          operation: string,
          body?: InvokeOperationBody,
          options?: Options & { readonly query?: InvokeOperationQuery },
        ): Promise<Response>;
      };
    };
  };
}

/** How they are sent. */
export function v1Of(send: Send): V1Methods {
  return {
    connectors: {
      list: (query, options) => send.list({ method: 'GET', path: '/v1/connectors', query }, options),
      get: (id, options) => send.object({ method: 'GET', path: at`/v1/connectors/${id}` }, options),
    },
    tools: {
      list: (query, options) => send.list({ method: 'GET', path: '/v1/tools', query }, options),
      search: (query, options) => send.list({ method: 'GET', path: '/v1/tools/search', query }, options),
      connectors: {
        connect: (connectorId, body, options) =>
          send.object(
            { method: 'POST', path: at`/v1/tools/connectors/${connectorId}/connect`, body, repeatable: true },
            options,
          ),
        operations: {
          list: (connectorId, query, options) =>
            send.list({ method: 'GET', path: at`/v1/tools/connectors/${connectorId}/operations`, query }, options),
          get: (connectorId, operation, query, options) =>
            send.object(
              { method: 'GET', path: at`/v1/tools/connectors/${connectorId}/operations/${operation}`, query },
              options,
            ),
        },
        connections: {
          invoke: (connectorId, connectionId, operation, body, options) =>
            send.bytes(
              {
                method: 'POST',
                path: at`/v1/tools/connectors/${connectorId}/connections/${connectionId}/${operation}`,
                query: options?.query,
                body: body ?? {},
                repeatable: true,
              },
              options,
            ),
        },
      },
    },
  };
}
