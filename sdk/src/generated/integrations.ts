// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { EditIntegrationToolAnswer, TestIntegrationAnswer } from './shared.ts';

export interface Integration {
  readonly id: string;
  readonly name: string;
  /** `mcp` for a custom server. */
  readonly connector_id: string;
  readonly handle: string;
  /** Of an MCP server; null for an API. */
  readonly transport: 'streamable-http' | 'sse' | 'stdio' | null;
  /** Of an MCP server at an address; null for an API and for a program. */
  readonly endpoint: string | null;
  /** The entry of the operator’s list that runs; null for everything else. */
  readonly command: string | null;
  readonly auth_mode: 'pat' | 'conn_string' | 'mcp_oauth' | 'byo_oauth' | 'none';
  /** Their values are never shown. */
  readonly header_names: readonly string[];
  readonly scope: 'workspace' | 'crew';
  readonly crew_id: string | null;
  readonly status: 'pending' | 'connected' | 'auth_failed' | 'token_expired' | 'revoked';
  readonly status_reason: string | null;
  readonly is_active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface IntegrationTool {
  readonly name: string;
  /** The name MCP and sessions use: `<handle>__<tool>`. */
  readonly address: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'read' | 'write';
  readonly destructive: boolean;
  readonly disabled: boolean;
  /** null: nobody said; a write asks, a read does not. */
  readonly requires_confirmation: boolean | null;
  /** Whether it waits for a person to look at what its server made of it; shown to people alone. */
  readonly held: boolean;
  readonly input_schema: Readonly<Record<string, unknown>>;
}

export interface CreateIntegrationBody {
  readonly name: string;
  /** stdio: a program of the operator’s list, which Plugboard runs. */
  readonly transport: 'streamable-http' | 'sse' | 'stdio';
  /** An absolute http or https address, without credentials. */
  readonly endpoint?: string | undefined;
  /** Sent with every request and never shown. They stay with the origin of the endpoint. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** With stdio: the name of the entry in the operator’s list. */
  readonly command?: string | undefined;
  /** With stdio: what that entry asks for. With mcp_oauth: client_id and client_secret of an OAuth client of your own, where the server registers nobody. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** none (default), pat (what the headers carry) or mcp_oauth. */
  readonly auth_mode?: 'pat' | 'conn_string' | 'mcp_oauth' | 'byo_oauth' | 'none' | undefined;
  /** Id or slug; absent: for the whole workspace. */
  readonly crew_id?: string | undefined;
}

export interface EditIntegrationBody {
  readonly name?: string | undefined;
  /** Another origin drops the headers unless they are sent along. */
  readonly endpoint?: string | undefined;
  /** Of a server at an address: streamable-http or sse. */
  readonly transport?: 'streamable-http' | 'sse' | 'stdio' | undefined;
  /** Sent with every request and never shown. They stay with the origin of the endpoint. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly is_active?: boolean | undefined;
  /** null: for the whole workspace. */
  readonly crew_id?: string | null | undefined;
}

export interface EditIntegrationToolBody {
  readonly disabled?: boolean | undefined;
  readonly requires_confirmation?: boolean | undefined;
}

export interface ListIntegrationsQuery {
  /** Goes on after this id; the Link header has it. */
  readonly cursor?: string | undefined;
}

export interface ListIntegrationToolsQuery {
  /** Goes on after this tool; the Link header of a full answer has it. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.integrations`. */
export interface IntegrationsMethods {
  /**
   * The connections of the workspace and its crews, custom MCP servers among them, newest first.
   *
   * Needs the role VIEWER or above and the scope `connections:read`.
   */
  list(query?: ListIntegrationsQuery, options?: Options): List<Integration>;
  /**
   * Adds an MCP server that is not in the catalog. It is asked in the background.
   *
   * Needs the role ADMIN or above and the scope `connections:write`.
   */
  create(body: CreateIntegrationBody, options?: Options): Promise<Integration>;
  /**
   * One connection of the workspace or of a crew.
   *
   * Needs the role VIEWER or above and the scope `connections:read`.
   */
  get(id: string, options?: Options): Promise<Integration>;
  /**
   * Changes a connection; endpoint (ADMIN and above), transport and headers those of a custom server alone.
   *
   * Needs the role MANAGER or above and the scope `connections:write`.
   */
  update(id: string, body?: EditIntegrationBody, options?: Options): Promise<Integration>;
  /**
   * Revokes a connection and destroys its secrets.
   *
   * Needs the role MANAGER or above and the scope `connections:write`.
   */
  delete(id: string, options?: Options): Promise<void>;
  /**
   * Asks the provider now; what it answers is data, and the status of the connection follows it.
   *
   * Needs the role MANAGER or above and the scope `connections:write`.
   */
  test(id: string, options?: Options): Promise<TestIntegrationAnswer>;
  readonly tools: {
    /**
     * Every tool of a connection, those that are switched off included.
     *
     * Needs the role VIEWER or above and the scope `connections:read`.
     */
    list(id: string, query?: ListIntegrationToolsQuery, options?: Options): List<IntegrationTool>;
    /**
     * Switches one tool of a connection off, or makes it ask a person every time.
     *
     * Needs the role MANAGER or above and the scope `connections:write`.
     */
    update(
      id: string,
      name: string,
      body?: EditIntegrationToolBody,
      options?: Options,
    ): Promise<EditIntegrationToolAnswer>;
  };
}

/** How they are sent. */
export function integrationsOf(send: Send): IntegrationsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/integrations', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/integrations', body, repeatable: true }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/integrations/${id}` }, options),
    update: (id, body, options) =>
      send.object({ method: 'PATCH', path: at`/api/v1/integrations/${id}`, body: body ?? {} }, options),
    delete: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/integrations/${id}` }, options),
    test: (id, options) => send.object({ method: 'POST', path: at`/api/v1/integrations/${id}/test` }, options),
    tools: {
      list: (id, query, options) =>
        send.list({ method: 'GET', path: at`/api/v1/integrations/${id}/tools`, query }, options),
      update: (id, name, body, options) =>
        send.object({ method: 'PATCH', path: at`/api/v1/integrations/${id}/tools/${name}`, body: body ?? {} }, options),
    },
  };
}
