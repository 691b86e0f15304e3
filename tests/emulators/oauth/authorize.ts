import type { Answer } from '../misbehaviour.ts';
import type { Asked } from './asked.ts';
import { type Grants, issueCode, type OauthApp } from './grants.ts';
import { consentPage, signInPage } from './pages.ts';
import { type Person, personCalled } from './people.ts';

/** An authorization request that can be answered. */
export interface Authorization {
  readonly app: OauthApp;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** What the token endpoint has to know of the request. */
  readonly details?: Readonly<Record<string, string>>;
}

/** How a provider's authorization endpoint differs from others. */
export interface Endpoint {
  /** `GitHub` */
  readonly provider: string;
  /** What was asked for, or what is answered instead: a page, or a way back with an error. */
  read(asked: Asked): Authorization | Answer;
  /** Whether somebody who is signed in is asked again who they are. */
  readonly asksAgain?: (asked: Asked) => boolean;
  /** Whether people choose among the scopes. */
  readonly granular?: boolean;
  /** Sent back besides `code` and `state`. */
  readonly answer?: (authorization: Authorization) => Readonly<Record<string, string>>;
  /** Sent back by somebody who says no. */
  readonly denied: Readonly<Record<string, string>>;
}

/** The authorization endpoint (RFC 6749 §3.1): who is it, may the app, and back with a code. */
export function authorize(grants: Grants, endpoint: Endpoint, asked: Asked): Answer {
  const authorization = endpoint.read(asked);
  if ('status' in authorization) return authorization;
  const { params } = asked;
  if (asked.method === 'POST' && params.has('username')) return signIn(endpoint, authorization, params);
  const person = personCalled(asked.cookies[cookieOf(endpoint)]);
  if (person === undefined) return signInPage(endpoint.provider);
  const visit = { endpoint, authorization, person };
  if (asked.method === 'POST') return decide(grants, visit, asked);
  return endpoint.asksAgain?.(asked) === true ? signInPage(endpoint.provider) : askConsent(visit);
}

/** Somebody who is signed in, before an authorization request. */
interface Visit {
  readonly endpoint: Endpoint;
  readonly authorization: Authorization;
  readonly person: Person;
}

function signIn(endpoint: Endpoint, authorization: Authorization, params: URLSearchParams): Answer {
  const person = personCalled(params.get('username') ?? undefined);
  if (person === undefined || person.password !== params.get('password'))
    return signInPage(endpoint.provider, 'User name or password is wrong.');
  const cookie = `${cookieOf(endpoint)}=${person.login}; Path=/; HttpOnly; SameSite=Lax`;
  return askConsent({ endpoint, authorization, person }, { 'set-cookie': cookie });
}

function askConsent({ endpoint, authorization, person }: Visit, headers: Record<string, string> = {}): Answer {
  const { provider, granular = false } = endpoint;
  const { app, scopes } = authorization;
  return consentPage({ provider, app: app.name, person: person.name, scopes, granular }, headers);
}

function decide(grants: Grants, { endpoint, authorization, person }: Visit, asked: Asked): Answer {
  const { app, redirectUri, details = {} } = authorization;
  const state = asked.query.get('state');
  const more = state === null ? {} : { state };
  if (asked.params.get('decision') !== 'allow') return sendBack(redirectUri, { ...endpoint.denied, ...more });
  const scopes = endpoint.granular === true ? asked.params.getAll('scope') : authorization.scopes;
  const grant = { app, person, scopes, ended: false };
  const challenge = asked.query.get('code_challenge') ?? undefined;
  const code = issueCode(grants, { grant, redirectUri, challenge, details });
  return sendBack(redirectUri, { code, ...more, ...endpoint.answer?.({ ...authorization, scopes }) });
}

/** Sends the browser to where the app waits, with these parameters. */
export function sendBack(redirectUri: string, params: Readonly<Record<string, string>>): Answer {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(params)) location.searchParams.set(name, value);
  return { status: 302, body: '', headers: { location: location.href } };
}

/** Cookies do not tell ports apart, so that each provider needs a name of its own. */
function cookieOf({ provider }: Endpoint): string {
  return `${provider.toLowerCase()}-emulator-person`;
}
