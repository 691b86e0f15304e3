import { sendAsEndUser } from './send-as-end-user.ts';
import { createResources, type Resources } from './generated/create-resources.ts';
import type { ToolsMethods } from './generated/tools.ts';
import { at, type Bytes, type Options, type Query } from './http/ask.ts';
import { createSend, type Send } from './http/create-send.ts';
import { type PlugboardOptions, readTarget } from './http/target.ts';
import { listTools, type ToolFilter, type Toolset } from './toolset.ts';

/** A request that no method is for. */
export interface RequestOptions extends Options {
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A request to the API behind a connection. */
export interface ProxyRequest extends Options {
  /** Default `GET`. */
  readonly method?: string | undefined;
  readonly query?: Query | undefined;
  /** What the provider is sent besides the credentials, which Plugboard adds. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as they are, in place of a body. */
  readonly bytes?: Bytes | undefined;
}

/** The API as seen with one key. */
export interface Plugboard extends Omit<Resources, 'tools'> {
  /** The tools that this key may call, or those of one of your own end users: what agents are given. */
  readonly tools: ToolsMethods & ((filter?: ToolFilter, options?: Options) => Promise<Toolset>);
  /**
   * Any request to the API behind a connection, with its credentials: `proxy('github', '/user/repos')`. A read runs, a
   * write asks. What the provider answers comes back as it is; an answer without the header `x-plugboard-answer` is
   * Plugboard's own: a call that waits for a person (202).
   */
  proxy(connection: string, path: string, request?: ProxyRequest): Promise<Response>;
  /** Any endpoint, as `/openapi.json` describes it. */
  request(method: string, path: string, options?: RequestOptions): Promise<unknown>;
}

/** A client with one key. Throws `TypeError` for an address or a key that cannot be one; its methods reject with `PlugboardError`. */
export function createPlugboard(options: PlugboardOptions): Plugboard {
  const target = readTarget(options);
  const send = createSend(target);
  const { tools, ...resources } = createResources(send);
  const toolset: Plugboard['tools'] = Object.assign(
    (filter: ToolFilter = {}, listOptions?: Options) =>
      listTools(filter.endUser === undefined ? send : sendAsEndUser(target, filter), filter, listOptions),
    tools,
  );
  return {
    ...resources,
    tools: toolset,
    proxy: proxyOf(send),
    request: (method, path, { query, body, ...rest } = {}) => send.json({ method, path, query, body }, rest),
  };
}

function proxyOf(send: Send): Plugboard['proxy'] {
  return (connection, path, request = {}) => {
    const { method = 'GET', query, headers, body, bytes, ...options } = request;
    const base = at`/api/v1/connections/${connection}/proxy/`;
    const ask = { method, path: () => below(base(), path), query, headers, body, bytes };
    return send.bytes(ask, options);
  };
}

/** The path below a base. Throws where its steps would lead out of it. */
function below(base: string, path: string): string {
  const whole = `${base}${path.replace(/^\//, '')}`;
  const { pathname, hash } = new URL(whole, 'http://localhost');
  if (pathname.startsWith(base) && hash === '') return whole;
  throw new TypeError(`"${path}" cannot be a path behind a connection.`);
}
