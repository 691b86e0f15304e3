import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  createMcpHandler,
  OAuthError,
  OAuthErrorCode,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { createEchoServer, type EchoState } from '../emulators/echo-mcp/tools.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { type OidcOptions, type OidcServer, startOidc } from './oidc.ts';

/** What a protected server wants of who calls it. */
export interface ProtectedOptions {
  /** Its authorization server. Default: anybody may register there. */
  readonly oidc?: Omit<OidcOptions, 'resources'>;
  /** What every token must be granted. Default: `read`. */
  readonly scope?: string;
  /** What calling these tools takes besides. Default: `write` for `add_note`. */
  readonly toolScopes?: Readonly<Record<string, string>>;
}

/** A real MCP server behind OAuth: tokens of its own authorization server, for itself alone. */
export interface ProtectedMcp extends Listening {
  readonly endpoint: string;
  readonly oidc: OidcServer;
  readonly state: EchoState;
  /** Who called its tools, in order. */
  readonly callers: readonly (string | undefined)[];
}

const metadataPath = '/.well-known/oauth-protected-resource/mcp';

/** Starts both on free ports. */
export async function startProtectedMcp(options: ProtectedOptions = {}): Promise<ProtectedMcp> {
  const { scope = 'read', toolScopes = { add_note: 'write' } } = options;
  const state: EchoState = { notes: [], ran: [], extraTools: new Map() };
  const callers: (string | undefined)[] = [];
  const resources: string[] = [];
  const oidc = await startOidc({ registration: true, ...options.oidc, resources });
  const listening = await listen((request, response) => void serve(request, response));
  const endpoint = `${listening.url}/mcp`;
  resources.push(endpoint);
  const resourceMetadataUrl = `${listening.url}${metadataPath}`;
  const verifier = { verifyAccessToken: (token: string) => verify(oidc, token) };
  const expectedResource = new URL(endpoint);
  const gate = requireBearerAuth({ verifier, requiredScopes: [scope], resourceMetadataUrl, expectedResource });
  const handler = createMcpHandler(({ requestInfo }) => createEchoServer(state, requestInfo?.headers));
  const answer = toNodeHandler(handler);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === metadataPath) return send(response, 200, { body: describe(endpoint, oidc.issuer, scope) });
    const { authorization } = request.headers;
    const passed = await gate(new Request(endpoint, { headers: authorization ? { authorization } : {} }));
    if (passed instanceof Response)
      return send(response, passed.status, { headers: Object.fromEntries(passed.headers), body: await passed.json() });
    const body: unknown = JSON.parse((await text(request)) || 'null');
    const wanted = toolScopes[toolIn(body) ?? ''];
    if (wanted !== undefined && !passed.scopes.includes(wanted))
      return send(response, 403, {
        headers: lacking(wanted, resourceMetadataUrl),
        body: { error: 'insufficient_scope' },
      });
    if (toolIn(body) !== undefined) callers.push((await oidc.seeToken(passed.token))?.user);
    return answer(Object.assign(request, { method: request.method ?? '', url: request.url ?? '' }), response, body);
  }

  const stop = async (): Promise<void> => {
    await Promise.all([listening.stop(), oidc.stop()]);
  };
  return { ...listening, endpoint, oidc, state, callers, stop };
}

async function verify(oidc: OidcServer, token: string): Promise<AuthInfo> {
  const seen = await oidc.seeToken(token);
  if (seen === undefined) throw new OAuthError(OAuthErrorCode.InvalidToken, 'No such token.');
  const { clientId, scopes, expiresAt, audience } = seen;
  return { token, clientId, scopes: [...scopes], expiresAt, ...(audience && { resource: new URL(audience) }) };
}

/** RFC 9728 §2. */
function describe(resource: string, issuer: string, scope: string): object {
  return { resource, authorization_servers: [issuer], scopes_supported: [scope], bearer_methods_supported: ['header'] };
}

/** RFC 6750 §3.1, RFC 9728 §5.1. */
function lacking(scope: string, resourceMetadataUrl: string): Readonly<Record<string, string>> {
  const said = `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${resourceMetadataUrl}"`;
  return { 'www-authenticate': said };
}

function toolIn(message: unknown): string | undefined {
  const { method, params } = Object(message);
  return method === 'tools/call' ? String(Object(params)['name']) : undefined;
}

function send(
  response: ServerResponse,
  status: number,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body: unknown },
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
