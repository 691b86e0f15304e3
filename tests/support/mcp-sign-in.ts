import { authorizationUrl, newVerifier } from '../../server/src/oauth/authorization-url.ts';
import type { OauthDoor } from '../../server/src/oauth/door.ts';
import { exchangeCode } from '../../server/src/oauth/exchange-code.ts';
import { discoverMcp } from '../../server/src/oauth/mcp/discover-mcp.ts';
import { type FoundMcpClient, mcpClient, type McpClientWish } from '../../server/src/oauth/mcp/mcp-client.ts';
import { readCallback } from '../../server/src/oauth/read-callback.ts';
import type { TokenSet } from '../../server/src/oauth/token-set.ts';
import type { McpWorld } from './mcp-world.ts';

/** What somebody signs in to. */
export interface SignInWish {
  readonly serverUrl: string;
  /** In the place of those that the server asks for. */
  readonly scopes?: readonly string[] | undefined;
  readonly configured?: McpClientWish['configured'];
  /** What a browser does with the address of the provider: where it is sent in the end. */
  readonly browse: (address: string) => Promise<URL>;
}

export interface SignedIn {
  readonly tokens: TokenSet;
  readonly found: FoundMcpClient;
  /** What was asked for. */
  readonly scopes: readonly string[];
}

/** Signs in to an MCP server as Plugboard does. Throws why it could not. */
export async function signInToMcp(world: McpWorld, wish: SignInWish): Promise<SignedIn> {
  const { signal } = new AbortController();
  const discovered = await discoverMcp({ ...world, loopback: true, signal }, { serverUrl: wish.serverUrl });
  if (!discovered.ok) throw new Error(discovered.message);
  const redirectUri = `${world.publicUrl}/api/v1/connections/oauth/callback`;
  const found = await mcpClient(world, { discovered, redirectUri, ...wish });
  if (!found.ok) throw new Error(found.message);
  const scopes = wish.scopes ?? discovered.scopes;
  const door = { ...world, loopback: discovered.loopback, signal };
  return { tokens: await allow(door, found, { redirectUri, scopes, browse: wish.browse }), found, scopes };
}

interface Asking extends Pick<SignInWish, 'browse'> {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

async function allow(
  door: OauthDoor,
  { server, client }: FoundMcpClient,
  { redirectUri, scopes, browse }: Asking,
): Promise<TokenSet> {
  const [state, verifier] = [crypto.randomUUID(), newVerifier()];
  const address = await authorizationUrl(server, { client, redirectUri, state, verifier, scopes });
  const callback = (await browse(address)).searchParams;
  const read = readCallback(server, callback, { state });
  if (!read.ok) throw new Error(read.message);
  const outcome = await exchangeCode(door, server, { client, code: read.code, verifier, redirectUri, callback });
  if (!('ok' in outcome) || !outcome.ok) throw new Error(outcome.message);
  return outcome.tokens;
}
