import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import { Failure } from '../errors.ts';
import { Secret } from '../lib/secret.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';

export interface AuthorizationRequest {
  readonly client: Pick<OauthClient, 'clientId'>;
  /** Ours, from the public URL alone. */
  readonly redirectUri: string;
  readonly state: string;
  /** RFC 7636; sent where the server takes part in it, and then it is needed. */
  readonly verifier?: Secret | undefined;
  readonly scopes: readonly string[];
  /** Whether the provider is to ask which account is meant. Default: as it likes. */
  readonly selectAccount?: boolean | undefined;
}

/** Where a browser is sent to sign in (RFC 6749 §4.1.1). What a manifest adds never takes the place of what we send. */
export async function authorizationUrl(server: OauthServer, request: AuthorizationRequest): Promise<string> {
  const { url: address, params, selectAccountParams, scopeParam } = server.authorization;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Failure('BAD_REQUEST', 'The provider names an address to sign in at that is none.');
  url.hash = '';
  const added = request.selectAccount === true ? withPrompts(params, selectAccountParams) : params;
  const { client, redirectUri, state, scopes } = request;
  const all = {
    ...added,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    ...(scopes.length > 0 && { [scopeParam]: scopes.join(server.rules.scopeSeparator) }),
    ...(await challengeOf(server, request.verifier)),
    ...(server.resource !== undefined && { resource: server.resource }),
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  // A space as "%20": some providers read "+" as it stands.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

/** A fresh PKCE verifier (RFC 7636 §4.1), 256 bits. */
export function newVerifier(): Secret {
  return new Secret(generateRandomCodeVerifier());
}

/** Always S256: there is no way down to a plain challenge, nor to none where the server takes part (RFC 7636 §7.2). */
async function challengeOf({ pkce }: OauthServer, verifier: Secret | undefined): Promise<Record<string, string>> {
  if (!pkce) return {};
  if (verifier === undefined) throw new Error('This sign-in takes part in PKCE and has no verifier.');
  return { code_challenge: await calculatePKCECodeChallenge(verifier.reveal()), code_challenge_method: 'S256' };
}

/** `prompt` is a list (OpenID Connect Core §3.1.2.1): asking for an account takes nothing else off it. */
function withPrompts(params: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>) {
  const both = { ...params, ...more };
  const prompts = [params['prompt'], more['prompt']].flatMap((list) => list?.split(' ') ?? []);
  return prompts.length > 0 ? { ...both, prompt: [...new Set(prompts)].join(' ') } : both;
}
