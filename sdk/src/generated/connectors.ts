// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface Connector {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly auth_mode: string;
  readonly brand_logo: string;
  readonly brand_color: string;
  readonly slug: string;
  readonly authType: 'oauth' | 'api_key' | 'none';
  readonly configured: boolean;
  readonly availability: string;
  readonly availabilityReason?: string;
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
  }[];
  readonly credentialFields?: readonly {
    readonly key: string;
    readonly label: string;
    readonly required: boolean;
    readonly secret: boolean;
    readonly type: string;
  }[];
}

export interface InstallConnectorAnswer {
  readonly integration_id: string;
  readonly next_step: '' | 'oauth' | 'mcp_oauth';
  readonly oauth_url?: string;
}

export interface VerifyConnectorBody {
  /** Values of the form, by field key. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly auth_mode?: string | undefined;
}

export interface InstallConnectorBody {
  /** Id or slug; absent: for the whole workspace. */
  readonly crew_id?: string | undefined;
  readonly name?: string | undefined;
  readonly auth_mode?: string | undefined;
  /** Values of the form, by field key. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

export interface ListConnectorsQuery {
  /** Only connectors whose id, name or description has this text. */
  readonly q?: string | undefined;
}

/** The methods under `plugboard.connectors`. */
export interface ConnectorsMethods {
  /**
   * The catalog, in a stable order.
   *
   * Needs the role VIEWER or above and the scope `connectors:read`.
   */
  list(query?: ListConnectorsQuery, options?: Options): List<Connector>;
  /**
   * The whole manifest of a connector.
   *
   * Needs the role VIEWER or above and the scope `connectors:read`.
   */
  get(id: string, options?: Options): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Asks the provider whether submitted values work. Nothing is kept.
   *
   * Needs the role MANAGER or above and the scope `connections:write`.
   */
  verify(
    id: string,
    body?: VerifyConnectorBody,
    options?: Options,
  ): Promise<{
    readonly ok: boolean;
    readonly message: string;
  }>;
  /**
   * Connects a connector for the workspace or one of its crews. The provider is asked in the background.
   *
   * Needs the role MANAGER or above and the scope `connections:write`.
   */
  install(id: string, body?: InstallConnectorBody, options?: Options): Promise<InstallConnectorAnswer>;
}

/** How they are sent. */
export function connectorsOf(send: Send): ConnectorsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/connectors', query }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/connectors/${id}` }, options),
    verify: (id, body, options) =>
      send.object({ method: 'POST', path: at`/api/v1/connectors/${id}/verify`, body: body ?? {} }, options),
    install: (id, body, options) =>
      send.object(
        { method: 'POST', path: at`/api/v1/connectors/${id}/install`, body: body ?? {}, repeatable: true },
        options,
      ),
  };
}
