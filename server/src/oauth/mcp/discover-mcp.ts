import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import type { OauthServer } from '../oauth-server.ts';
import { askServer } from './discovery/ask-server.ts';
import { type DiscoveredServer, serverOfDiscovered } from './discovered-server.ts';
import { createDiscoveryFetch, type DiscoveryDoor } from './discovery/discovery-fetch.ts';
import { messageOfProblem } from './discovery/discovery-problem.ts';
import { endpointsOf, findAuthorizationServer, revocationUrlOf } from './discovery/find-authorization-server.ts';
import { findResource } from './discovery/find-resource.ts';
import { isLoopbackUrl } from './discovery/is-secure.ts';
import { type BearerChallenge, keepScopes } from './read-challenge.ts';
import { wantedScopes, wantsOffline } from './wanted-scopes.ts';

/** An MCP server that somebody wants to sign in to. */
export interface ProtectedServer {
  readonly serverUrl: string;
  /** What it said when it refused a request; absent: it is asked. */
  readonly challenge?: BearerChallenge | undefined;
}

/** How one signs in to an MCP server. */
export interface McpDiscovery {
  readonly ok: true;
  /** Its authorization server, for a client without a secret: `mcpClient` answers it for the client it finds. */
  readonly server: OauthServer;
  /** The same as plain JSON, to be kept. */
  readonly kept: DiscoveredServer;
  /** Whom its tokens are for (RFC 8707). */
  readonly resource: string;
  /** What to ask for: what the server wants, else what it names, and `offline_access` where that is known; empty: nothing in particular. */
  readonly scopes: readonly string[];
  /** All that the metadata of the server names (RFC 9728 §2). */
  readonly scopesSupported: readonly string[];
  /** How one becomes a client there, without being told a client id by a person. */
  readonly registration: 'metadata' | 'dynamic' | 'none';
  readonly metadata: AuthorizationServerMetadata;
  /** Whether its endpoints may be on loopback (S6): for every further request to them. */
  readonly loopback: boolean;
}

export type McpDiscoveryOutcome = McpDiscovery | { readonly ok: false; readonly message: string };

/** For all of it, in milliseconds. */
const allInMs = 20_000;

/**
 * Finds out how one signs in to an MCP server (MCP 2026-07-28, authorization): its protected resource metadata (RFC 9728),
 * then that of its authorization server (RFC 8414, OpenID Connect Discovery 1.0). Refuses what is not https, names another
 * resource or issuer, or does without PKCE.
 */
export async function discoverMcp(door: DiscoveryDoor, wanted: ProtectedServer): Promise<McpDiscoveryOutcome> {
  const loopback = door.loopback && isLoopbackUrl(wanted.serverUrl);
  const signal = AbortSignal.any([door.signal, AbortSignal.timeout(allInMs)]);
  try {
    return await discover({ ...door, loopback, signal }, wanted);
  } catch (error) {
    return { ok: false, message: messageOfProblem(error) };
  }
}

async function discover(door: DiscoveryDoor, { serverUrl, challenge }: ProtectedServer): Promise<McpDiscovery> {
  const { loopback } = door;
  const sdk = await import('@modelcontextprotocol/client');
  const looking = { sdk, fetch: createDiscoveryFetch(door), loopback };
  const said = challenge ?? (await askServer(door, serverUrl));
  const { resource, authorizationServer, scopesSupported } = await findResource(
    looking,
    serverUrl,
    said?.resourceMetadata,
  );
  const metadata = await findAuthorizationServer(looking, authorizationServer);
  for (const endpoint of endpointsOf(metadata)) await door.egress.check(endpoint, { loopback });
  const scopes = wantedScopes({ challenge: said, scopesSupported, metadata });
  const kept = keptOf(metadata, { resource, offline: wantsOffline(scopes) });
  return {
    ok: true,
    server: serverOfDiscovered(kept),
    kept,
    resource,
    scopes,
    scopesSupported: keepScopes(scopesSupported),
    registration: registrationOf(metadata),
    metadata,
    loopback,
  };
}

function keptOf(
  metadata: AuthorizationServerMetadata,
  wish: Pick<DiscoveredServer, 'resource' | 'offline'>,
): DiscoveredServer {
  return {
    issuer: metadata.issuer,
    issRequired: metadata.authorization_response_iss_parameter_supported === true,
    authorizationUrl: metadata.authorization_endpoint,
    tokenUrl: metadata.token_endpoint,
    revocationUrl: revocationUrlOf(metadata),
    clientAuth: 'none',
    ...wish,
  };
}

function registrationOf(metadata: AuthorizationServerMetadata): McpDiscovery['registration'] {
  if (metadata.client_id_metadata_document_supported === true) return 'metadata';
  return metadata.registration_endpoint === undefined ? 'none' : 'dynamic';
}
