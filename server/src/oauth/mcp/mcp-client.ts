import type { Egress } from '../../egress/egress.ts';
import type { Clock } from '../../lib/clock.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import type { Vault } from '../../vault/vault.ts';
import type { OauthClient, OauthServer } from '../oauth-server.ts';
import { clientMetadata } from './client-metadata.ts';
import type { McpDiscovery } from './discover-mcp.ts';
import { type DiscoveredServer, serverOfDiscovered } from './discovered-server.ts';
import { keepScopes } from './read-challenge.ts';
import { configuredAuth } from './registration/client-auth.ts';
import { registeredClient } from './registration/registered-client.ts';

/** What looking for a client, and registering one, takes; a request's context has all but the public URL. */
export interface McpClientParts {
  readonly db: WorkspaceDb;
  readonly vault: Vault;
  readonly egress: Pick<Egress, 'request' | 'check' | 'fetch'>;
  readonly clock: Clock;
  /** Ours, without a slash at the end. */
  readonly publicUrl: string;
}

/** Where somebody wants to sign in. */
export interface McpClientWish {
  readonly discovered: McpDiscovery;
  /** Ours, exactly as it will be sent. */
  readonly redirectUri: string;
  /** What will be asked for besides what was discovered: some servers hold a client to the scopes it was registered with. */
  readonly scopes?: readonly string[] | undefined;
  /** A client that somebody registered there by hand; it goes to its issuer alone, where that is known. */
  readonly configured?: (OauthClient & { readonly issuer?: string | undefined }) | undefined;
}

/** Who we are there. `server` and `kept` prove it the way this client does. */
export interface FoundMcpClient {
  readonly ok: true;
  readonly client: OauthClient;
  /** Registered by hand, the metadata document at an address of ours, or registered by ourselves. */
  readonly source: 'configured' | 'metadata' | 'registration';
  readonly server: OauthServer;
  readonly kept: DiscoveredServer;
}

export type McpClientOutcome =
  | FoundMcpClient
  | {
      readonly ok: false;
      readonly reason: 'needs_client_id' | 'refused' | 'unreachable';
      /** A sentence that says what to do. */
      readonly message: string;
    };

/**
 * Who we are to the authorization server of an MCP server, in the order of the specification: a configured client, our client
 * metadata document where the server takes those, a client that we register once per workspace, issuer and redirect URI
 * (RFC 7591), or nobody until a person brings a client id.
 */
export async function mcpClient(parts: McpClientParts, wish: McpClientWish): Promise<McpClientOutcome> {
  if (wish.configured) return configuredClient(wish.discovered, wish.configured);
  return (await describedClient(parts, wish)) ?? (await ownClient(parts, wish));
}

type Configured = NonNullable<McpClientWish['configured']>;

/** What was registered at one authorization server is never shown to another (MCP 2026-07-28, authorization server binding). */
function configuredClient(discovered: McpDiscovery, { issuer, ...client }: Configured): McpClientOutcome {
  if (issuer !== undefined && issuer !== discovered.kept.issuer)
    return {
      ok: false,
      reason: 'refused',
      message: `The client id is for ${hostOf(issuer)}, and this server now signs people in at ${hostOf(discovered.kept.issuer)}. Enter a client id for that one.`,
    };
  const clientAuth = configuredAuth(discovered.metadata, client.clientSecret !== undefined);
  return found(discovered, { client, source: 'configured', clientAuth });
}

/** Our metadata document, where the server takes those and could fetch it: its address must not lead into our own network. */
async function describedClient(
  { egress, publicUrl }: McpClientParts,
  { discovered, redirectUri }: McpClientWish,
): Promise<FoundMcpClient | undefined> {
  const document = clientMetadata(publicUrl, redirectUri);
  if (document === undefined || discovered.metadata.client_id_metadata_document_supported !== true) return undefined;
  const isReachable = await egress.check(document.client_id).then(
    () => true,
    () => false,
  );
  if (!isReachable) return undefined;
  const client = { clientId: document.client_id, clientSecret: undefined };
  return found(discovered, { client, source: 'metadata', clientAuth: 'none' });
}

async function ownClient(
  parts: McpClientParts,
  { discovered, redirectUri, scopes: more = [] }: McpClientWish,
): Promise<McpClientOutcome> {
  const { metadata, kept, loopback } = discovered;
  const scopes = keepScopes([...discovered.scopes, ...more]);
  if (metadata.registration_endpoint === undefined) return needed(discovered, redirectUri);
  const { publicUrl, ...registrar } = parts;
  const outcome = await registeredClient(registrar, { metadata, kept, redirectUri, scopes, publicUrl, loopback });
  if (!outcome.ok && outcome.reason === 'refused') return needed(discovered, redirectUri, `${outcome.message} `);
  if (!outcome.ok) return outcome;
  const { clientId, clientSecret, clientAuth } = outcome.registered;
  return found(discovered, { client: { clientId, clientSecret }, source: 'registration', clientAuth });
}

function found(
  { kept }: McpDiscovery,
  { clientAuth, client, source }: Pick<FoundMcpClient, 'client' | 'source'> & Pick<DiscoveredServer, 'clientAuth'>,
): FoundMcpClient {
  const proven = { ...kept, clientAuth };
  return { ok: true, client, source, server: serverOfDiscovered(proven), kept: proven };
}

function needed({ kept }: McpDiscovery, redirectUri: string, why = ''): McpClientOutcome {
  const host = hostOf(kept.issuer);
  const message = `${why}Make an OAuth client at ${host} with the redirect URL ${redirectUri}, and connect again with its client id.`;
  return { ok: false, reason: 'needs_client_id', message };
}

function hostOf(issuer: string): string {
  return URL.parse(issuer)?.host ?? 'another server';
}
