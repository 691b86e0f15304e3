import { headerSecrets } from '../../auth-modes/connection-headers.ts';
import type { AuthMode } from '../../catalog/connector.ts';
import { customServer } from '../../catalog/own-connectors.ts';
import { resolveFields } from '../../catalog/resolve-fields.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { OauthClient } from '../../oauth/oauth-server.ts';
import { openAndCheck } from '../checking/open-and-check.ts';
import type { Connection } from '../connection.ts';
import { plainSettings } from '../settings/connection-settings.ts';
import { credentialsOf, takeOwnApp } from '../sign-in/provider/own-app.ts';
import { chooseAuthMode } from '../values/availability.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';
import { addProgram } from './add-program.ts';
import { readEndpoint } from './read-endpoint.ts';
import { readServerHeaders } from './read-server-headers.ts';
import { type NamedTransport, readTransport } from './server-transport.ts';

/** What `POST /api/v1/integrations` asks for (RULINGS 001.9). */
export interface ServerWish {
  readonly name: string;
  readonly transport: NamedTransport;
  readonly endpoint?: string | undefined;
  /** The entry of the operator's list, for `stdio` alone. */
  readonly command?: string | undefined;
  /** The values of its fields; with `mcp_oauth` an OAuth client of one's own. */
  readonly fields?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly authMode?: string | undefined;
  /** Already known to be a crew of this workspace. */
  readonly crewId?: string | undefined;
}

/** Adds an MCP server that is not in the catalog, without waiting for it, and answers the connection. */
export async function addServer(ctx: Context, wish: ServerWish): Promise<Connection> {
  if (wish.transport === 'stdio') return addProgram(ctx, wish);
  if (wish.command !== undefined) throw new Failure('BAD_REQUEST', 'command is for the transport stdio. Leave it out.');
  const authMode = chooseAuthMode(customServer, wish.authMode);
  const transport = readTransport(wish.transport);
  const headers = readServerHeaders(wish.headers ?? {}, {});
  requireHeaders(authMode, headers);
  const client = readClient(authMode, wish.fields);
  const endpoint = await readEndpoint(ctx, wish.endpoint);
  return openAndCheck(ctx, {
    connector: customServer,
    label: wish.name,
    handleBase: wish.name,
    authMode,
    scope: wish.crewId === undefined ? 'workspace' : 'crew',
    crewId: wish.crewId,
    settings: { ...plainSettings, servers: [{ url: endpoint }], transport },
    loopback: mayUseLoopback(ctx, customServer),
    credentials: { secrets: headerSecrets(headers), origins: [new URL(endpoint).origin] },
    app: client && credentialsOf(client, [new URL(endpoint).origin]),
  });
}

/** The OAuth client that somebody made for a server which registers nobody. Throws BAD_REQUEST naming the first problem. */
function readClient(authMode: AuthMode, fields: unknown): OauthClient | undefined {
  const resolved = resolveFields(customServer, authMode, fields);
  if (resolved.ok) return takeOwnApp(resolved).own;
  const { problems } = resolved;
  throw new Failure('BAD_REQUEST', problems[0]?.message ?? 'The fields do not fit.', { details: { problems } });
}

/** Throws BAD_REQUEST where headers should prove who we are and there are none. */
export function requireHeaders(authMode: AuthMode, headers: Readonly<Record<string, unknown>>): void {
  if (authMode !== 'pat' || Object.keys(headers).length > 0) return;
  throw new Failure('BAD_REQUEST', 'With auth_mode pat the credentials are sent in headers: add at least one.');
}
