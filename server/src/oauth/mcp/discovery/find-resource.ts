import type { FetchLike, OAuthProtectedResourceMetadata } from '@modelcontextprotocol/client';
import { EgressError } from '../../../egress/egress.ts';
import { DiscoveryProblem, isMalformed } from './discovery-problem.ts';
import { isSecure } from './is-secure.ts';

type Sdk = typeof import('@modelcontextprotocol/client');

/** How metadata is looked for. */
export interface Looking {
  readonly sdk: Sdk;
  readonly fetch: FetchLike;
  readonly loopback: boolean;
}

/** What a server says of itself as a protected resource. */
export interface FoundResource {
  /** Whom tokens are for (RFC 8707 §2), as the server writes it. */
  readonly resource: string;
  /** Who hands them out; without metadata the server's own origin does, as in MCP 2025-03-26. */
  readonly authorizationServer: string;
  readonly scopesSupported: readonly string[];
}

/** The metadata of a protected resource (RFC 9728 §3): where its challenge says, else at its well-known addresses. */
export async function findResource(looking: Looking, serverUrl: string, named?: string): Promise<FoundResource> {
  const metadata = await findMetadata(looking, serverUrl, named);
  const own = looking.sdk.resourceUrlFromServerUrl(serverUrl);
  const { resource = own.href, authorization_servers: servers = [], scopes_supported: scopes = [] } = metadata ?? {};
  if (!looking.sdk.checkResourceAllowed({ requestedResource: own, configuredResource: resource }))
    throw new DiscoveryProblem(
      `${own.host} says that its tokens are for ${hostOf(resource)}, which is another resource (RFC 9728 §3.3). Plugboard does not sign in there.`,
    );
  return { resource, authorizationServer: servers[0] ?? new URL('/', own).href, scopesSupported: scopes };
}

async function findMetadata(
  { sdk, fetch, loopback }: Looking,
  serverUrl: string,
  named: string | undefined,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  const { host } = new URL(serverUrl);
  if (named !== undefined && !isSecure(named, loopback))
    throw new DiscoveryProblem(`${host} names metadata at an address that is not https.`);
  try {
    const options = named === undefined ? {} : { resourceMetadataUrl: named };
    return await sdk.discoverOAuthProtectedResourceMetadata(serverUrl, options, fetch);
  } catch (cause) {
    if (cause instanceof EgressError) throw cause;
    if (named === undefined && !isInvalid(cause)) return undefined;
    throw new DiscoveryProblem(`The metadata of ${host} as a protected resource cannot be read (RFC 9728).`, { cause });
  }
}

/** A page at a guessed address is no metadata at all, JSON that says something else is metadata that is wrong. */
function isInvalid(error: unknown): boolean {
  return isMalformed(error) && !(error instanceof SyntaxError);
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? 'something else';
}
