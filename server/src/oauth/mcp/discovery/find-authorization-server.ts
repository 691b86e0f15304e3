import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { EgressError } from '../../../egress/egress.ts';
import { DiscoveryProblem, isMalformed } from './discovery-problem.ts';
import type { Looking } from './find-resource.ts';
import { isSecure } from './is-secure.ts';

/**
 * The metadata of an authorization server (RFC 8414 §3, OpenID Connect Discovery 1.0 §4), which must call itself what it was
 * asked as, take codes with PKCE, and be reached by https alone.
 */
export async function findAuthorizationServer(looking: Looking, issuer: string): Promise<AuthorizationServerMetadata> {
  const { loopback } = looking;
  const host = URL.parse(issuer)?.host;
  if (host === undefined || !isSecure(issuer, loopback))
    throw new DiscoveryProblem('The MCP server names an authorization server that is not at an https address.');
  const metadata = await findMetadata(looking, issuer, host);
  const problem = problemOf(metadata, loopback);
  if (problem !== undefined) throw new DiscoveryProblem(`The authorization server ${host} ${problem}`);
  return metadata;
}

/** The endpoints that are asked, or opened in a browser. */
export function endpointsOf(metadata: AuthorizationServerMetadata): readonly string[] {
  const { authorization_endpoint, token_endpoint, registration_endpoint } = metadata;
  const found = [authorization_endpoint, token_endpoint, registration_endpoint, revocationUrlOf(metadata)];
  return found.filter((endpoint) => endpoint !== undefined);
}

/** RFC 7009, where the server says so. */
export function revocationUrlOf(metadata: AuthorizationServerMetadata): string | undefined {
  return 'revocation_endpoint' in metadata && typeof metadata.revocation_endpoint === 'string'
    ? metadata.revocation_endpoint
    : undefined;
}

async function findMetadata(
  { sdk, fetch }: Looking,
  issuer: string,
  host: string,
): Promise<AuthorizationServerMetadata> {
  try {
    const metadata = await sdk.discoverAuthorizationServerMetadata(issuer, { fetchFn: fetch });
    if (metadata !== undefined) return metadata;
  } catch (cause) {
    if (cause instanceof EgressError) throw cause;
    if (cause instanceof sdk.IssuerMismatchError)
      throw new DiscoveryProblem(
        `The metadata found for the authorization server ${host} is that of another one (RFC 8414 §3.3). Plugboard does not sign in there.`,
        { cause },
      );
    const what = isMalformed(cause) ? 'answers with metadata that cannot be read' : 'does not answer for its metadata';
    throw new DiscoveryProblem(`The authorization server ${host} ${what} (RFC 8414).`, { cause });
  }
  throw new DiscoveryProblem(
    `${host} does not say how to sign in: it has no metadata of an authorization server (RFC 8414, OpenID Connect Discovery). A server that takes a key instead is added with its header.`,
  );
}

function problemOf(metadata: AuthorizationServerMetadata, loopback: boolean): string | undefined {
  if (endpointsOf(metadata).some((endpoint) => !isSecure(endpoint, loopback)))
    return 'has an endpoint that is not https. Plugboard sends no credentials there.';
  if (!metadata.response_types_supported.includes('code')) return 'does not hand out authorization codes.';
  const grants = metadata.grant_types_supported;
  if (grants !== undefined && !grants.includes('authorization_code')) return 'does not take authorization codes.';
  if (metadata.code_challenge_methods_supported?.includes('S256') === true) return undefined;
  return 'does not support PKCE with S256 (RFC 7636), which the Model Context Protocol requires.';
}
