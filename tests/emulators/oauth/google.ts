import { generateKeyPairSync } from 'node:crypto';
import type { Answer } from '../misbehaviour.ts';
import { type Asked, clientIn } from './asked.ts';
import { type Authorization, authorize } from './authorize.ts';
import { type OauthEmulator, type OauthOptions, type Provider, startOauthEmulator } from './emulator.ts';
import { answerGoogleApi, type GoogleState, newGoogleState } from './google/api.ts';
import { answerAssertion, type ServiceAccounts } from './google/service-accounts.ts';
import { type Grant, type Grants, issueToken, takeCode, takeRefreshToken } from './grants.ts';
import { errorPage } from './pages.ts';

/** Google: its pages, its token endpoint, and a little of Calendar, Gmail and Drive. */
export interface GoogleOauth extends OauthEmulator {
  readonly state: GoogleState;
  /** What it calls itself in `iss`: its own address. */
  readonly issuer: string;
  /** Makes a service account; Google keeps its public key alone. */
  addServiceAccount(): { readonly email: string; readonly privateKey: string };
}

/** Starts it on a free port. It stands for `accounts.google.com`, `oauth2.googleapis.com` and the APIs alike. */
export async function startGoogleOauth(options: OauthOptions = {}): Promise<GoogleOauth> {
  const state = newGoogleState();
  const accounts: ServiceAccounts = new Map();
  const emulator = await startOauthEmulator(options, (grants) => google({ grants, options, state, accounts }));
  return { ...emulator, state, issuer: emulator.url, addServiceAccount: () => addServiceAccount(accounts) };
}

interface Google {
  readonly grants: Grants;
  readonly options: OauthOptions;
  readonly state: GoogleState;
  readonly accounts: ServiceAccounts;
}

function google(parts: Google): Provider {
  const { grants, state, accounts, options } = parts;
  const endpoint = (asked: Asked) => ({
    provider: 'Google',
    read: () => readAuthorization(grants, asked),
    asksAgain: () => /select_account/.test(asked.query.get('prompt') ?? ''),
    granular: true,
    answer: ({ scopes }: Authorization) => ({ iss: asked.url.origin, scope: scopes.join(' '), authuser: '0' }),
    denied: { error: 'access_denied', iss: asked.url.origin },
  });
  /** Who has agreed to which app before: they get no second refresh token unless they are asked again. */
  const agreed = new Set<string>();
  return {
    isPage: (path) => path === '/o/oauth2/v2/auth',
    answer(asked) {
      const path = asked.url.pathname;
      if (path === '/o/oauth2/v2/auth') return authorize(grants, endpoint(asked), asked);
      if (path === '/revoke') return revoke(grants, asked);
      if (path !== '/token') return answerGoogleApi({ grants, state }, asked);
      return asked.params.get('grant_type')?.endsWith(':jwt-bearer') === true
        ? answerAssertion({ grants, accounts, options }, asked)
        : exchange({ ...parts, agreed }, asked);
    },
  };
}

function readAuthorization({ apps }: Grants, { query }: Asked): Authorization | Answer {
  const app = apps.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (app === undefined) return errorPage('Error 401: invalid_client', 'The OAuth client was not found.');
  if (!app.redirectUris.includes(redirectUri))
    return errorPage('Error 400: redirect_uri_mismatch', `You cannot sign in: ${redirectUri} is not registered.`);
  if (query.get('response_type') !== 'code')
    return errorPage('Error 400: invalid_request', 'Required parameter is missing: response_type');
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) return errorPage('Error 400: invalid_request', 'Missing required parameter: scope');
  const details = { access_type: query.get('access_type') ?? 'online', prompt: query.get('prompt') ?? '' };
  return { app, redirectUri, scopes, details };
}

function exchange({ grants, options, agreed }: Google & { agreed: Set<string> }, asked: Asked): Answer {
  const { clientId, clientSecret } = clientIn(asked);
  const { params } = asked;
  if (grants.apps.get(clientId)?.clientSecret !== clientSecret || clientSecret === undefined)
    return refused(401, 'invalid_client', 'The OAuth client was not found.');
  if (params.get('grant_type') === 'refresh_token') return refresh({ grants, options }, clientId, params);
  if (params.get('grant_type') !== 'authorization_code')
    return refused(400, 'unsupported_grant_type', 'Invalid grant_type: ');
  const taken = takeCode(grants, {
    clientId,
    code: params.get('code') ?? undefined,
    redirectUri: params.get('redirect_uri') ?? undefined,
    verifier: params.get('code_verifier') ?? undefined,
  });
  if (taken === 'another redirect') return refused(400, 'redirect_uri_mismatch', 'Bad Request');
  if (typeof taken === 'string')
    return refused(400, 'invalid_grant', taken === 'verifier' ? 'Invalid code verifier.' : 'Bad Request');
  const pair = `${clientId} ${taken.grant.person.login}`;
  const lasting = taken.details['access_type'] === 'offline' && asksConsent(taken.details, agreed.has(pair));
  agreed.add(pair);
  const tokens = tokensOf({ grants, options }, taken.grant, lasting);
  const isOpenId = taken.grant.scopes.includes('openid');
  return {
    status: 200,
    body: { ...tokens, ...(isOpenId ? { id_token: idToken(asked.url.origin, taken.grant, grants) } : {}) },
  };
}

/** An ID token (OpenID Connect Core §2). It comes straight from here, so that its signature is never looked at. */
function idToken(issuer: string, { app, person, scopes }: Grant, { now }: Pick<Grants, 'now'>): string {
  const seconds = Math.floor(now() / 1000);
  const whose = { iss: issuer, aud: app.clientId, azp: app.clientId, sub: `10${person.id}` };
  const email = scopes.some((scope) => scope.endsWith('email')) ? { email: person.email, email_verified: true } : {};
  const claims = { ...whose, ...email, iat: seconds, exp: seconds + 3600 };
  const parts = [{ alg: 'RS256', kid: 'emulated', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, Buffer.from('not looked at').toString('base64url')].join('.');
}

function asksConsent({ prompt = '' }: Readonly<Record<string, string>>, agreedBefore: boolean): boolean {
  return !agreedBefore || prompt.split(' ').includes('consent');
}

function tokensOf({ grants, options }: Pick<Google, 'grants' | 'options'>, grant: Grant, lasting: boolean) {
  const { lifetime = 3599 } = options;
  const access = issueToken(grants, { kind: 'access', grant, prefix: 'ya29.', seconds: lifetime });
  const said = {
    access_token: access.value,
    expires_in: lifetime,
    scope: grant.scopes.join(' '),
    token_type: 'Bearer',
  };
  if (!lasting) return said;
  return { ...said, refresh_token: issueToken(grants, { kind: 'refresh', grant, prefix: '1//' }).value };
}

/** Google keeps its refresh tokens, and says nothing of them when one is used; `rotate` makes it hand out new ones. */
function refresh(
  { grants, options }: Pick<Google, 'grants' | 'options'>,
  clientId: string,
  params: URLSearchParams,
): Answer {
  const { rotate = false } = options;
  const taken = takeRefreshToken(grants, { value: params.get('refresh_token') ?? undefined, clientId, rotate });
  if (taken === undefined) return refused(400, 'invalid_grant', 'Token has been expired or revoked.');
  return { status: 200, body: tokensOf({ grants, options }, taken.grant, rotate) };
}

/** Ends everything the token came from (RFC 7009 §2.1). Google asks no app to prove itself. */
function revoke({ tokens }: Grants, { params, query }: Asked): Answer {
  const token = tokens.get(params.get('token') ?? query.get('token') ?? '');
  if (token === undefined || token.grant.ended) return refused(400, 'invalid_token', 'Token expired or revoked');
  token.grant.ended = true;
  return { status: 200, body: {} };
}

function refused(status: number, error: string, description: string): Answer {
  return { status, body: { error, error_description: description } };
}

function addServiceAccount(accounts: ServiceAccounts): ReturnType<GoogleOauth['addServiceAccount']> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const email = `robot-${accounts.size + 1}@acme.iam.gserviceaccount.com`;
  accounts.set(email, { email, publicKey: pair.publicKey });
  return { email, privateKey: pair.privateKey };
}
