import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, type Listening } from './listen.ts';

/** What is answered at a path: JSON, or a text as it stands. */
export interface Document {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request that arrived. */
export interface DiscoveryRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** An MCP server that lets nobody in, and the documents about how to sign in to it, each of which can be made a lie. */
export interface Discovery extends Listening {
  /** The address of the MCP server. */
  readonly serverUrl: string;
  readonly requests: readonly DiscoveryRequest[];
  /** Answers otherwise from now on; `undefined`: with a 404. */
  put(path: string, document: Document | undefined): void;
  /** Changes the metadata of the authorization server. */
  alter(changes: Readonly<Record<string, unknown>>): void;
}

export const resourcePath = '/.well-known/oauth-protected-resource/mcp';
export const serverPath = '/.well-known/oauth-authorization-server';

/** Starts on a free port, everything as it should be. */
export async function startDiscovery(): Promise<Discovery> {
  const documents = new Map<string, Document>();
  const requests: DiscoveryRequest[] = [];
  const listening = await listen((request, response) => void serve(request, response));
  const { url } = listening;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = '', url: path = '' } = request;
    const body = Buffer.concat(chunks).toString();
    requests.push({ method, path, body });
    answer(response, documents.get(path) ?? (path === '/reg' ? registered(body) : { status: 404, body: {} }));
  }

  const metadata = soundMetadata(url);
  const put = (path: string, document: Document | undefined): void => {
    if (document) documents.set(path, document);
    else documents.delete(path);
  };
  put('/mcp', { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: {} });
  put(resourcePath, { body: { resource: `${url}/mcp`, authorization_servers: [url] } });
  put(serverPath, { body: metadata });
  return {
    ...listening,
    serverUrl: `${url}/mcp`,
    requests,
    put,
    alter: (changes) => put(serverPath, { body: { ...metadata, ...changes } }),
  };
}

function soundMetadata(url: string): Readonly<Record<string, unknown>> {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/reg`,
    revocation_endpoint: `${url}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  };
}

/** RFC 7591 §3.2.1: the client as it was asked for. */
function registered(body: string): Document {
  return {
    status: 201,
    body: { ...JSON.parse(body), client_id: `client-${crypto.randomUUID()}`, client_secret: 'a client secret' },
  };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body = '' }: Document): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
