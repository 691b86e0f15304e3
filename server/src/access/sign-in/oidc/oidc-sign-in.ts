import * as oauth from 'oauth4webapi';
import type { Config, OidcConfig } from '../../../config.ts';
import { EgressError, type Egress } from '../../../egress/egress.ts';
import { Failure } from '../../../errors.ts';
import type { Clock } from '../../../lib/clock.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { type Asking, createOidcProvider } from './oidc-provider.ts';

/** What only the browser that began knows; it brings it back. */
export interface OidcMemo {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who came back: identified by `subject` alone; `shownAs` is for the eye (S26). */
export type OidcOutcome =
  | { readonly ok: true; readonly subject: string; readonly shownAs: string }
  | { readonly ok: false; readonly message: string };

/** Signing in at one's own identity provider with a browser (OpenID Connect Core §3.1): code flow with PKCE, state and nonce. */
export interface OidcSignIn {
  readonly issuer: string;
  /** The provider's page to open. Rejects with PROVIDER_UNAVAILABLE. */
  begin(): Promise<{ readonly url: string; readonly memo: OidcMemo }>;
  /** Who signed in, from what the provider sent the browser back with. Rejects with PROVIDER_UNAVAILABLE. */
  complete(memo: OidcMemo, query: URLSearchParams): Promise<OidcOutcome>;
}

/** Where the provider sends browsers back to: register exactly this address. */
export const oidcCallbackPath = '/sign-in/oidc/callback';

export interface OidcParts {
  readonly config: Pick<Config, 'oidc' | 'publicUrl'>;
  readonly egress: Pick<Egress, 'request'>;
  readonly clock: Clock;
}

/** Absent where no identity provider is configured, or only one whose bearer tokens count. */
export function createOidcSignIn({ config, egress, clock }: OidcParts): OidcSignIn | undefined {
  const { oidc, publicUrl } = config;
  if (oidc?.clientId === undefined) return undefined;
  const asking: Asking = {
    [oauth.customFetch]: guardedFetch(egress),
    [oauth.allowInsecureRequests]: oidc.issuer.startsWith('http:'),
  };
  const { clientId } = oidc;
  const provider = createOidcProvider(oidc, asking, clock);
  const redirectUri = `${publicUrl}${oidcCallbackPath}`;
  return {
    issuer: oidc.issuer,
    async begin() {
      const server = await provider();
      const memo = newMemo();
      return { url: await authorizationUrl(server, { clientId, redirectUri, memo }), memo };
    },
    async complete(memo, query) {
      const server = await provider();
      const client = { client_id: clientId, [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) };
      const visit = { server, client, auth: clientAuth(oidc, server), redirectUri, asking };
      return identify(visit, memo, query).catch(explain);
    },
  };
}

function newMemo(): OidcMemo {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
}

async function authorizationUrl(
  server: oauth.AuthorizationServer,
  { clientId, redirectUri, memo }: { clientId: string; redirectUri: string; memo: OidcMemo },
): Promise<string> {
  const url = new URL(server.authorization_endpoint ?? '');
  const wish = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid email',
    state: memo.state,
    nonce: memo.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(memo.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(wish)) url.searchParams.set(name, value);
  return url.href;
}

interface Visit {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly auth: oauth.ClientAuth;
  readonly redirectUri: string;
  readonly asking: Asking;
}

/** State and issuer (RFC 9207) before the code is spent; then nonce, audience, expiry and signature of the ID token. */
async function identify(visit: Visit, memo: OidcMemo, query: URLSearchParams): Promise<OidcOutcome> {
  const { server, client, auth, redirectUri, asking } = visit;
  const callback = oauth.validateAuthResponse(server, client, query, memo.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    auth,
    callback,
    redirectUri,
    memo.verifier,
    asking,
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: memo.nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, response, asking);
  const claims = oauth.getValidatedIdTokenClaims(answer);
  if (claims === undefined || claims.sub === '') return { ok: false, message: unsound };
  const { email } = claims;
  return { ok: true, subject: claims.sub, shownAs: typeof email === 'string' ? email : claims.sub };
}

/** As the provider's description says it wants to be told our secret; without one we are a public client. */
function clientAuth({ clientSecret }: OidcConfig, server: oauth.AuthorizationServer): oauth.ClientAuth {
  if (clientSecret === undefined) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const secret = clientSecret.reveal();
  return methods.includes('client_secret_basic') ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

const unsound =
  'What the identity provider answered does not hold. Start again; if it stays so, tell whoever runs this installation.';
const notYours = 'This answer of the identity provider belongs to another sign-in, or to none. Start again.';

/** What somebody can cause on purpose is told to them; that nobody answered is a failure of ours to serve. */
function explain(error: unknown): OidcOutcome {
  if (error instanceof EgressError || isFault(error))
    throw new Failure('PROVIDER_UNAVAILABLE', 'The identity provider does not answer. Try again in a moment.', {
      cause: error,
    });
  if (error instanceof oauth.AuthorizationResponseError) return { ok: false, message: refusalOf(error) };
  if (error instanceof oauth.ResponseBodyError)
    return {
      ok: false,
      message: `The identity provider refused to say who you are (${word(error.error)}). Start again.`,
    };
  if (error instanceof oauth.OperationProcessingError && error.message.includes('response parameter'))
    return { ok: false, message: notYours };
  const isTheirs = error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError;
  if (isTheirs || error instanceof oauth.WWWAuthenticateChallengeError) return { ok: false, message: unsound };
  throw error;
}

function isFault(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Response && error.cause.status >= 500;
}

function refusalOf({ error }: oauth.AuthorizationResponseError): string {
  return error === 'access_denied'
    ? 'You were not signed in: the identity provider says that access was denied.'
    : `The identity provider did not sign you in (${word(error)}). Start again.`;
}

/** An error code in the letters of RFC 6749 §5.2 that make up words. */
function word(code: string): string {
  return /^[a-z0-9_.-]{1,60}$/i.test(code) ? code : 'an error without a name';
}
