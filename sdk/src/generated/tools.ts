// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import type { Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';
import type { Tool } from './shared.ts';

export interface ListToolsQuery {
  /** Only tools whose name or description has this text. */
  readonly q?: string | undefined;
  /** Instead those that wait for a person to look at them. */
  readonly held?: string | undefined;
}

/** The methods under `plugboard.tools`. */
export interface ToolsMethods {
  /**
   * Every tool the caller can call, under the name MCP uses, in the order of the names.
   *
   * Needs the role VIEWER or above and the scope `tools:read`.
   */
  list(query?: ListToolsQuery, options?: Options): List<Tool>;
}

/** How they are sent. */
export function toolsOf(send: Send): ToolsMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/tools', query }, options),
  };
}
