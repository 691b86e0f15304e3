import type { Connector } from '../../../catalog/connector.ts';
import type { GrantClient } from '../../../credentials/grants/grant.ts';
import { Failure } from '../../../errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import { secretAddresses } from '../../../oauth/apps/origins/app-origins.ts';
import { findOauthClient } from '../../../oauth/apps/find-oauth-client.ts';
import { redirectUri } from '../../../oauth/apps/redirect-uri.ts';
import { discoverMcp } from '../../../oauth/mcp/discover-mcp.ts';
import type { DiscoveredServer } from '../../../oauth/mcp/discovered-server.ts';
import { mcpClient } from '../../../oauth/mcp/mcp-client.ts';
import type { OauthClient, OauthServer } from '../../../oauth/oauth-server.ts';
import { serverOf } from '../../../oauth/server-of.ts';
import { nothingAttached } from '../../../transports/attachment.ts';
import { mcpTargetOf } from '../../../transports/mcp/mcp-target.ts';
import type { Connection } from '../../connection.ts';
import { type OwnApp, requireMeant } from './own-app.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** What somebody signs in for: a connection, or one that is about to exist. */
export interface SignInTarget extends Pick<Connection, 'id' | 'generation' | 'authMode' | 'config' | 'loopback'> {
  readonly connector: Connector;
  /** Its secrets that are part of no OAuth app: some servers are asked with them. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly own: OwnApp | undefined;
}

/** Where somebody signs in, and who we are there. */
export interface SignInServer {
  readonly server: OauthServer;
  readonly client: OauthClient;
  readonly source: GrantClient['source'];
  /** What was found of the server; absent: it is the one that the manifest describes. */
  readonly discovered?: DiscoveredServer | undefined;
  /** What is asked for by itself. */
  readonly scopes: readonly string[];
  /** Whether it may be on loopback (S6). */
  readonly loopback: boolean;
}

/**
 * The authorization server of a connection and our client there: the manifest's with an OAuth app, or what the MCP server
 * names, asked anew; `scopes`: what will be asked for besides. Throws BAD_REQUEST saying what is missing, PROVIDER_UNAVAILABLE where it cannot be asked.
 */
export async function signInServer(
  ctx: SignInContext,
  target: SignInTarget,
  scopes?: readonly string[],
): Promise<SignInServer> {
  return target.authMode === 'mcp_oauth' ? mcpServer(ctx, target, scopes) : manifestServer(ctx, target);
}

async function manifestServer(ctx: SignInContext, target: SignInTarget): Promise<SignInServer> {
  const { connector, config, own, loopback } = target;
  const server = describedServer(ctx, target);
  if (own) requireMeant(own, secretAddresses(server));
  const found = await findOauthClient(ctx, connector, { config, own: own?.client });
  if ('missing' in found) throw new Failure('BAD_REQUEST', found.missing);
  return { server, ...found, scopes: connector.oauth?.scopes ?? [], loopback };
}

/** The server that a manifest describes, with the values of the connection put in. Throws BAD_REQUEST where it describes none. */
export function describedServer(
  { config: { publicUrl } }: Pick<SignInContext, 'config'>,
  { connector, config, secrets }: Pick<SignInTarget, 'connector' | 'config' | 'secrets'>,
): OauthServer {
  const described = serverOf(connector, { config, secrets, publicUrl });
  if (described.ok) return described.server;
  throw new Failure('BAD_REQUEST', described.message);
}

async function mcpServer(ctx: SignInContext, target: SignInTarget, scopes?: readonly string[]): Promise<SignInServer> {
  const serverUrl = mcpAddress(ctx, target);
  if (target.own && target.own.issuer === undefined) requireMeant(target.own, [serverUrl]);
  const { egress, signal } = ctx;
  const discovered = await discoverMcp({ egress, signal, loopback: target.loopback }, { serverUrl });
  if (!discovered.ok) throw new Failure('PROVIDER_UNAVAILABLE', discovered.message);
  const configured = await findOauthClient(ctx, target.connector, {
    config: target.config,
    own: target.own?.client,
    server: discovered.server,
  });
  const wish = 'client' in configured ? { ...configured.client, issuer: target.own?.issuer } : undefined;
  const found = await mcpClient(
    { ...ctx, publicUrl: ctx.config.publicUrl },
    { discovered, redirectUri: redirectUri(ctx.config), configured: wish, scopes },
  );
  if (!found.ok)
    throw new Failure(found.reason === 'unreachable' ? 'PROVIDER_UNAVAILABLE' : 'BAD_REQUEST', found.message);
  const source = found.source === 'configured' && 'source' in configured ? configured.source : found.source;
  return { ...found, source, discovered: found.kept, scopes: discovered.scopes, loopback: discovered.loopback };
}

/** The address of the MCP server of a connection. Throws BAD_REQUEST where it has none. */
export function mcpAddress(
  { config: { publicUrl } }: Pick<SignInContext, 'config'>,
  { connector, config, loopback }: Pick<SignInTarget, 'connector' | 'config' | 'loopback'>,
): string {
  const found = mcpTargetOf(connector, { config, loopback, publicUrl, attachment: nothingAttached });
  if (found.ok && found.target.transport !== 'stdio') return found.target.url;
  throw new Failure('BAD_REQUEST', found.ok ? `${connector.name} is a program: nobody signs in to it.` : found.message);
}
