import { generateKeyPairSync } from 'node:crypto';
import type { Answer } from '../misbehaviour.ts';
import { type Asked, clientIn } from './asked.ts';
import { type Authorization, authorize, sendBack } from './authorize.ts';
import { type OauthEmulator, type OauthOptions, type Provider, startOauthEmulator } from './emulator.ts';
import {
  type CodeFault,
  type Grant,
  type Grants,
  grantTo,
  issueToken,
  type OauthApp,
  takeCode,
  takeRefreshToken,
} from './grants.ts';
import { errorPage } from './pages.ts';
import { people } from './people.ts';
import { answerSalesforceApi, newSalesforceState, type SalesforceState } from './salesforce/api.ts';
import { claimsSignedBy } from './signed-jwt.ts';

/** Salesforce: it signs people in at one address and has their organization at another, which its tokens name. */
export interface SalesforceOauth extends OauthEmulator {
  readonly state: SalesforceState;
  /** Where the API is: another origin than `url`. */
  readonly instanceUrl: string;
  /** Lets the first app act for everybody by a key of its own (RFC 7523). */
  trustKey(): { readonly privateKey: string };
  /** From now on answers of the token endpoint name this address. */
  moveTo(instanceUrl: string): void;
}

/** Starts it on two free ports. `url` stands for `https://login.salesforce.com`. */
export async function startSalesforceOauth(options: OauthOptions = {}): Promise<SalesforceOauth> {
  const place = { instanceUrl: '', publicKey: '' };
  const state = newSalesforceState();
  const emulator = await startOauthEmulator(options, (grants) => salesforce({ grants, options, state, place }));
  place.instanceUrl = await emulator.listenElsewhere();
  return {
    ...emulator,
    state,
    instanceUrl: place.instanceUrl,
    trustKey: () => trustKey(place),
    moveTo: (instanceUrl) => void (place.instanceUrl = instanceUrl),
  };
}

interface Salesforce {
  readonly grants: Grants;
  readonly options: OauthOptions;
  readonly state: SalesforceState;
  readonly place: { readonly instanceUrl: string; readonly publicKey: string };
}

function salesforce(parts: Salesforce): Provider {
  const { grants, state } = parts;
  const endpoint = {
    provider: 'Salesforce',
    read: (asked: Asked) => readAuthorization(grants, asked),
    asksAgain: ({ query }: Asked) => /login|select_account/.test(query.get('prompt') ?? ''),
    denied: { error: 'access_denied', error_description: 'end-user denied authorization' },
  };
  return {
    isPage: (path) => path === '/services/oauth2/authorize',
    answer(asked) {
      const path = asked.url.pathname;
      if (path === '/services/oauth2/authorize') return authorize(grants, endpoint, asked);
      if (path === '/services/oauth2/token') return exchange(parts, asked);
      return path === '/services/oauth2/revoke' ? revoke(grants, asked) : answerSalesforceApi({ grants, state }, asked);
    },
  };
}

function readAuthorization({ apps }: Grants, { query }: Asked): Authorization | Answer {
  const app = apps.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (app === undefined)
    return errorPage('OAuth Error', 'error=invalid_client_id&error_description=client identifier invalid');
  if (!app.redirectUris.includes(redirectUri))
    return errorPage(
      'OAuth Error',
      'error=redirect_uri_mismatch&error_description=redirect_uri must match configuration',
    );
  const state = query.get('state');
  const more = state === null ? {} : { state };
  if (query.get('response_type') !== 'code')
    return sendBack(redirectUri, { error: 'unsupported_response_type', ...more });
  if (!query.has('code_challenge'))
    return sendBack(redirectUri, {
      error: 'invalid_request',
      error_description: 'missing required code challenge',
      ...more,
    });
  return { app, redirectUri, scopes: (query.get('scope') ?? 'api').split(' ') };
}

const faults: Record<CodeFault, readonly [error: string, description: string]> = {
  unknown: ['invalid_grant', 'invalid authorization code'],
  used: ['invalid_grant', 'expired authorization code'],
  expired: ['invalid_grant', 'expired authorization code'],
  'another app': ['invalid_grant', 'invalid authorization code'],
  'another redirect': ['redirect_uri_mismatch', 'redirect_uri must match configuration'],
  verifier: ['invalid_grant', 'invalid code verifier'],
};

function exchange(parts: Salesforce, asked: Asked): Answer {
  const { params } = asked;
  const grantType = params.get('grant_type') ?? '';
  if (grantType.endsWith(':jwt-bearer')) return byAssertion(parts, asked);
  const { clientId, clientSecret } = clientIn(asked);
  const app = parts.grants.apps.get(clientId);
  if (app === undefined) return refused('invalid_client_id', 'client identifier invalid');
  if (app.clientSecret !== clientSecret) return refused('invalid_client', 'invalid client credentials');
  switch (grantType) {
    case 'authorization_code':
      return byCode(parts, app, asked);
    case 'refresh_token':
      return byRefreshToken(parts, app, asked);
    case 'client_credentials':
      return byItself(parts, app, asked);
    default:
      return refused('unsupported_grant_type', 'grant type not supported');
  }
}

/** The app acts as the one user its owner chose: Ann. */
function byItself(parts: Salesforce, app: OauthApp, asked: Asked): Answer {
  return answerWith(parts, { asked, grant: { app, person: people.ann, scopes: ['api'], ended: false } });
}

function byCode(parts: Salesforce, { clientId }: OauthApp, asked: Asked): Answer {
  const { params } = asked;
  const taken = takeCode(parts.grants, {
    clientId,
    code: params.get('code') ?? undefined,
    redirectUri: params.get('redirect_uri') ?? undefined,
    verifier: params.get('code_verifier') ?? undefined,
  });
  if (typeof taken === 'string') return refused(...faults[taken]);
  const { grant } = taken;
  const lasting = grant.scopes.includes('refresh_token') || grant.scopes.includes('offline_access');
  return answerWith(parts, { asked, grant, refreshToken: lasting ? newRefreshToken(parts.grants, grant) : undefined });
}

function byRefreshToken(parts: Salesforce, { clientId }: OauthApp, asked: Asked): Answer {
  const { rotate = false } = parts.options;
  const value = asked.params.get('refresh_token') ?? undefined;
  const taken = takeRefreshToken(parts.grants, { value, clientId, rotate });
  if (taken === undefined) return refused('invalid_grant', 'expired access/refresh token');
  const { grant } = taken;
  return answerWith(parts, { asked, grant, refreshToken: rotate ? newRefreshToken(parts.grants, grant) : undefined });
}

function newRefreshToken(grants: Grants, grant: Grant): string {
  return issueToken(grants, { kind: 'refresh', grant, prefix: '5Aep861' }).value;
}

/** The app is named by `iss`, whom it acts for by `sub`; it answers with no refresh token and no `issued_at`. */
function byAssertion(parts: Salesforce, asked: Asked): Answer {
  const { grants, place } = parts;
  const claims =
    place.publicKey === '' ? undefined : claimsSignedBy(place.publicKey, asked.params.get('assertion') ?? '');
  const now = grants.now() / 1000;
  if (claims === undefined) return refused('invalid_grant', 'invalid assertion');
  if (claims['aud'] !== asked.url.origin) return refused('invalid_grant', 'audience is invalid');
  const endsAt = Number(claims['exp']);
  if (!(endsAt > now && endsAt <= now + 300)) return refused('invalid_grant', 'expired authorization code');
  const app = grants.apps.get(String(claims['iss']));
  if (app === undefined) return refused('invalid_client_id', 'client identifier invalid');
  const grant = grantTo(app, String(claims['sub']), ['api']);
  return grant === undefined
    ? refused('invalid_grant', "user hasn't approved this consumer")
    : answerWith(parts, { asked, grant });
}

interface Outcome {
  readonly asked: Asked;
  readonly grant: Grant;
  readonly refreshToken?: string | undefined;
}

/** No `expires_in`: how long a session lasts is the organization's to say. `issued_at` is text, in milliseconds. */
function answerWith({ grants, options, place }: Salesforce, { asked, grant, refreshToken }: Outcome): Answer {
  const { lifetime: seconds } = options;
  const access = issueToken(grants, { kind: 'access', grant, prefix: '00D000000000001!AQ', seconds });
  const body = {
    access_token: access.value,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    signature: 'c2lnbmF0dXJl',
    scope: grant.scopes.join(' '),
    instance_url: place.instanceUrl,
    id: `${asked.url.origin}/id/00D000000000001AAA/00500000000000${grant.person.id}AAA`,
    token_type: 'Bearer',
    issued_at: String(grants.now()),
  };
  return { status: 200, body };
}

function revoke({ tokens }: Grants, { params, query }: Asked): Answer {
  const token = tokens.get(params.get('token') ?? query.get('token') ?? '');
  if (token === undefined || token.ended || token.grant.ended)
    return refused('unsupported_token_type', 'this token type is not supported');
  if (token.kind === 'refresh') token.grant.ended = true;
  else token.ended = true;
  return { status: 200, body: '' };
}

function refused(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } };
}

function trustKey(place: { publicKey: string }): { readonly privateKey: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  place.publicKey = pair.publicKey;
  return { privateKey: pair.privateKey };
}
