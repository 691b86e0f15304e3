import { generateKeyPairSync } from 'node:crypto';
import type { Answer } from '../misbehaviour.ts';
import { type Asked, bearerIn, clientIn } from './asked.ts';
import { type Authorization, authorize, sendBack } from './authorize.ts';
import { type OauthEmulator, type OauthOptions, type Provider, startOauthEmulator } from './emulator.ts';
import { answerGithubApi, type GithubState, newGithubState } from './github/api.ts';
import { answerDevice, type Devices } from './github/device.ts';
import { answerInstallations, type GithubApp, type Installations } from './github/installations.ts';
import { type CodeFault, type Grant, type Grants, issueToken, newValue, takeCode, takeRefreshToken } from './grants.ts';
import { errorPage } from './pages.ts';

export interface GithubOptions extends OauthOptions {
  /** Whether user tokens end after eight hours and come with a refresh token, as those of GitHub Apps can. Default: no. */
  readonly expiring?: boolean;
}

/** GitHub.com: its pages, its token endpoint, and of its API `/user`, issues and what a GitHub App needs. */
export interface GithubOauth extends OauthEmulator {
  readonly state: GithubState;
  /** Sign-ins by device code that are under way, by what people type in. */
  readonly devices: Devices;
  /** Makes a GitHub App that is installed once; GitHub keeps its public key alone. */
  installApp(): GithubApp & { readonly privateKey: string };
}

/** Starts it on a free port. It stands for `https://github.com` and `https://api.github.com` alike. */
export async function startGithubOauth(options: GithubOptions = {}): Promise<GithubOauth> {
  const state = newGithubState();
  const devices: Devices = new Map();
  const installations: Installations = new Map();
  const emulator = await startOauthEmulator(options, (grants) =>
    github({ grants, options, state, devices, installations }),
  );
  return { ...emulator, state, devices, installApp: () => installApp(installations) };
}

interface Github {
  readonly grants: Grants;
  readonly options: GithubOptions;
  readonly state: GithubState;
  readonly devices: Devices;
  readonly installations: Installations;
}

function github(parts: Github): Provider {
  const { grants, state, devices, installations } = parts;
  const endpoint = {
    provider: 'GitHub',
    read: (asked: Asked) => readAuthorization(grants, asked),
    asksAgain: ({ query }: Asked) => query.get('prompt') === 'select_account',
    denied: { error: 'access_denied', error_description: 'The user has denied your application access.' },
  };
  return {
    isPage: (path) => path === '/login/oauth/authorize' || path === '/login/device',
    answer(asked) {
      const path = asked.url.pathname;
      if (path === '/login/oauth/authorize') return authorize(grants, endpoint, asked);
      if (path.startsWith('/login/device')) return answerDevice({ grants, devices }, asked);
      if (path === '/login/oauth/access_token') return written(asked, exchange(parts, asked));
      if (path.startsWith('/app/')) return answerInstallations({ grants, installations }, asked);
      return path.startsWith('/applications/') ? revoke(grants, asked) : answerGithubApi({ grants, state }, asked);
    },
  };
}

/** Without `redirect_uri` GitHub sends people to the address that the app was registered with. */
function readAuthorization({ apps }: Grants, { query }: Asked): Authorization | Answer {
  const app = apps.get(query.get('client_id') ?? '');
  const [registered] = app?.redirectUris ?? [];
  if (app === undefined || registered === undefined) return errorPage('404', 'This is not the page you look for.');
  const redirectUri = query.get('redirect_uri') ?? registered;
  if (!app.redirectUris.includes(redirectUri)) {
    const description = 'The redirect_uri MUST match the registered callback URL for this application.';
    return sendBack(registered, { error: 'redirect_uri_mismatch', error_description: description, ...stateOf(query) });
  }
  return { app, redirectUri, scopes: (query.get('scope') ?? '').split(/[ ,]+/).filter((scope) => scope !== '') };
}

function stateOf(query: URLSearchParams): Record<string, string> {
  const state = query.get('state');
  return state === null ? {} : { state };
}

type Said = Readonly<Record<string, string | number>>;

const faults: Record<CodeFault, string> = {
  unknown: 'The code passed is incorrect or expired.',
  used: 'The code passed is incorrect or expired.',
  expired: 'The code passed is incorrect or expired.',
  'another app': 'The code passed is incorrect or expired.',
  'another redirect': 'The redirect_uri MUST match the registered callback URL for this application.',
  verifier: 'The code_verifier does not match the code_challenge.',
};

function exchange({ grants, options, devices }: Github, asked: Asked): Said {
  const { clientId, clientSecret } = clientIn(asked);
  const { params } = asked;
  const app = grants.apps.get(clientId);
  const grantType = params.get('grant_type');
  if (grantType?.endsWith(':device_code') === true) return pollDevice({ grants, options, devices }, asked);
  if (app === undefined || app.clientSecret !== clientSecret)
    return refusal('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  if (grantType === 'refresh_token') return refresh({ grants, options }, clientId, params.get('refresh_token'));
  const taken = takeCode(grants, {
    clientId,
    code: params.get('code') ?? undefined,
    redirectUri: params.get('redirect_uri') ?? app.redirectUris[0],
    verifier: params.get('code_verifier') ?? undefined,
  });
  if (typeof taken === 'string')
    return refusal(taken === 'another redirect' ? 'redirect_uri_mismatch' : 'bad_verification_code', faults[taken]);
  return tokensOf({ grants, options }, taken.grant);
}

/** GitHub answers 200 to a refusal. */
function refusal(error: string, description: string): Said {
  return { error, error_description: description, error_uri: 'https://docs.github.com/apps' };
}

/** Scopes are asked for with spaces between them and told with commas. */
function tokensOf({ grants, options }: Pick<Github, 'grants' | 'options'>, grant: Grant): Said {
  const { expiring = false, lifetime = expiring ? 28_800 : undefined } = options;
  const access = issueToken(grants, { kind: 'access', grant, prefix: expiring ? 'ghu_' : 'gho_', seconds: lifetime });
  const said = { access_token: access.value, scope: grant.scopes.join(','), token_type: 'bearer' };
  if (!expiring) return said;
  const fresh = issueToken(grants, { kind: 'refresh', grant, prefix: 'ghr_', seconds: 15_897_600 });
  const ends = { expires_in: lifetime ?? 28_800, refresh_token_expires_in: 15_897_600 };
  return { ...said, ...ends, refresh_token: fresh.value };
}

/** Refresh tokens of GitHub are good for one use. */
function refresh(parts: Pick<Github, 'grants' | 'options'>, clientId: string, value: string | null): Said {
  const { rotate = true } = parts.options;
  const taken = takeRefreshToken(parts.grants, { value: value ?? undefined, clientId, rotate });
  return taken === undefined
    ? refusal('bad_refresh_token', 'The refresh token passed is incorrect or expired.')
    : tokensOf(parts, taken.grant);
}

function pollDevice({ grants, options, devices }: Pick<Github, 'grants' | 'options' | 'devices'>, asked: Asked): Said {
  const code = asked.params.get('device_code');
  const device = [...devices.values()].find(({ deviceCode }) => deviceCode === code);
  if (device === undefined) return refusal('incorrect_device_code', 'The device_code provided is not valid.');
  if (device.expiresAt <= grants.now()) return refusal('expired_token', 'This device code has expired.');
  if (device.decision === 'denied') return refusal('access_denied', 'The authorization request was denied.');
  if (device.grant !== undefined) return tokensOf({ grants, options }, device.grant);
  const tooSoon = device.polledAt !== undefined && grants.now() - device.polledAt < device.interval * 1000;
  device.polledAt = grants.now();
  if (!tooSoon) return refusal('authorization_pending', 'The authorization request is still pending.');
  device.interval += 5;
  return {
    ...refusal('slow_down', 'Too many requests have been made in the same timeframe.'),
    interval: device.interval,
  };
}

/** A form, unless JSON was asked for. */
function written({ headers }: Asked, said: Said): Answer {
  if (headers['accept']?.includes('json') === true) return { status: 200, body: said };
  const texts = Object.entries(said).map(([name, value]): [string, string] => [name, String(value)]);
  const type = 'application/x-www-form-urlencoded; charset=utf-8';
  return { status: 200, body: new URLSearchParams(texts).toString(), headers: { 'content-type': type } };
}

/** `DELETE /applications/<client id>/token` and `…/grant`: GitHub's own way to give a token back, proven by the app's secret. */
function revoke(grants: Grants, asked: Asked): Answer {
  const { clientId, clientSecret } = clientIn(asked);
  const token = grants.tokens.get(asked.params.get('access_token') ?? bearerIn(asked) ?? '');
  if (grants.apps.get(clientId)?.clientSecret !== clientSecret) return { status: 404, body: { message: 'Not Found' } };
  if (token === undefined) return { status: 422, body: { message: 'Validation Failed' } };
  if (asked.url.pathname.endsWith('/grant')) token.grant.ended = true;
  else token.ended = true;
  return { status: 204, body: '' };
}

function installApp(installations: Installations): ReturnType<GithubOauth['installApp']> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const installationId = String(48_000_000 + installations.size);
  const app = { clientId: newValue('Iv1.'), installationId, publicKey: pair.publicKey };
  installations.set(installationId, app);
  return { ...app, privateKey: pair.privateKey };
}
