import type { Answer } from '../misbehaviour.ts';
import { type Asked, bearerIn, clientIn } from './asked.ts';
import { type Authorization, authorize } from './authorize.ts';
import { type OauthEmulator, type OauthOptions, type Provider, startOauthEmulator } from './emulator.ts';
import { type CodeFault, type Grant, type Grants, issueToken, takeCode, takeRefreshToken } from './grants.ts';
import { errorPage } from './pages.ts';
import { answerSlackApi, newSlackState, type SlackState } from './slack/api.ts';

/** Slack: its pages, `oauth.v2.access`, and a few methods of its API. `rotate` is Slack's token rotation, off by default. */
export interface SlackOauth extends OauthEmulator {
  readonly state: SlackState;
}

/** Starts it on a free port. It stands for `https://slack.com`. */
export async function startSlackOauth(options: OauthOptions = {}): Promise<SlackOauth> {
  const state = newSlackState();
  return { ...(await startOauthEmulator(options, (grants) => slack({ grants, options, state }))), state };
}

interface Slack {
  readonly grants: Grants;
  readonly options: OauthOptions;
  readonly state: SlackState;
}

function slack(parts: Slack): Provider {
  const { grants, state } = parts;
  const endpoint = {
    provider: 'Slack',
    read: (asked: Asked) => readAuthorization(grants, asked),
    denied: { error: 'access_denied' },
  };
  return {
    isPage: (path) => path === '/oauth/v2/authorize',
    answer(asked) {
      const path = asked.url.pathname;
      if (path === '/oauth/v2/authorize') return authorize(grants, endpoint, asked);
      if (path === '/api/oauth.v2.access') return exchange(parts, asked);
      return path === '/api/auth.revoke' ? revoke(grants, asked) : answerSlackApi({ grants, state }, asked);
    },
  };
}

/** Scopes of the bot and of the person are asked for apart, with commas between them. PKCE is refused. */
function readAuthorization({ apps }: Grants, { query }: Asked): Authorization | Answer {
  const app = apps.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (app === undefined) return errorPage('Something went wrong', 'Invalid client_id parameter');
  if (!app.redirectUris.includes(redirectUri))
    return errorPage('Something went wrong', `redirect_uri did not match any configured URIs. Passed: ${redirectUri}`);
  if (query.has('code_challenge')) return errorPage('Something went wrong', 'Unknown parameter: code_challenge');
  const [bot, user] = [scopesIn(query, 'scope'), scopesIn(query, 'user_scope')];
  const odd = [...bot, ...user].find((scope) => !/^[a-z.]+(:[a-z._]+)*$/.test(scope));
  if (odd !== undefined) return errorPage('Something went wrong', `Invalid permissions requested: ${odd}`);
  if (bot.length + user.length === 0) return errorPage('Something went wrong', 'No scopes requested');
  const details = { bot: bot.join(','), user: user.join(',') };
  return { app, redirectUri, scopes: [...bot, ...user], details };
}

function scopesIn(query: URLSearchParams, name: string): string[] {
  return (query.get(name) ?? '').split(',').filter((scope) => scope !== '');
}

/** Slack answers 200 to everything, and says in the body whether it went well. */
function refused(error: string): Answer {
  return { status: 200, body: { ok: false, error } };
}

const faults: Record<CodeFault, string> = {
  unknown: 'invalid_code',
  used: 'code_already_used',
  expired: 'invalid_code',
  'another app': 'invalid_code',
  'another redirect': 'bad_redirect_uri',
  verifier: 'invalid_arguments',
};

function exchange({ grants, options }: Slack, asked: Asked): Answer {
  const { clientId, clientSecret } = clientIn(asked);
  const { params } = asked;
  const app = grants.apps.get(clientId);
  if (app === undefined) return refused('invalid_client_id');
  if (app.clientSecret !== clientSecret) return refused('bad_client_secret');
  if (params.get('grant_type') === 'refresh_token') return refresh({ grants, options }, clientId, params);
  const taken = takeCode(grants, {
    clientId,
    code: params.get('code') ?? undefined,
    redirectUri: params.get('redirect_uri') ?? undefined,
    verifier: params.get('code_verifier') ?? undefined,
  });
  if (typeof taken === 'string') return refused(faults[taken]);
  const { bot = '', user = '' } = taken.details;
  const { person } = taken.grant;
  const by = (scopes: string): Grant => ({ ...taken.grant, scopes: scopes.split(',') });
  const said = bot === '' ? {} : { ...tokensOf({ grants, options }, by(bot), 'bot'), bot_user_id: 'U0BOT' };
  const own = user === '' ? {} : tokensOf({ grants, options }, by(user), 'user');
  return { status: 200, body: { ok: true, ...said, ...place, authed_user: { id: `U0${person.id}`, ...own } } };
}

const place = {
  app_id: 'A0PLUGBOARD',
  team: { id: 'T0ACME', name: 'Acme' },
  enterprise: null,
  is_enterprise_install: false,
};

function tokensOf({ grants, options }: Pick<Slack, 'grants' | 'options'>, grant: Grant, type: 'bot' | 'user') {
  const { rotate = false, lifetime = rotate ? 43_200 : undefined } = options;
  const prefix = `${rotate ? 'xoxe.' : ''}${type === 'bot' ? 'xoxb' : 'xoxp'}-`;
  const access = issueToken(grants, { kind: 'access', grant, prefix, seconds: lifetime });
  const said = { access_token: access.value, token_type: type, scope: grant.scopes.join(',') };
  if (!rotate) return said;
  const fresh = issueToken(grants, { kind: 'refresh', grant, prefix: type === 'bot' ? 'xoxe-1-bot-' : 'xoxe-1-user-' });
  return { ...said, expires_in: lifetime ?? 43_200, refresh_token: fresh.value };
}

/** Whose token it was no longer matters: a fresh one stands at the top, a person's too. */
function refresh(
  { grants, options }: Pick<Slack, 'grants' | 'options'>,
  clientId: string,
  params: URLSearchParams,
): Answer {
  const value = params.get('refresh_token') ?? undefined;
  const taken = takeRefreshToken(grants, { value, clientId, rotate: true });
  if (taken === undefined) return refused('invalid_refresh_token');
  const type = value?.startsWith('xoxe-1-bot-') === true ? 'bot' : 'user';
  const said = tokensOf({ grants, options: { ...options, rotate: true } }, taken.grant, type);
  return { status: 200, body: { ok: true, ...said, ...place } };
}

/** `auth.revoke`: the token gives itself up. */
function revoke({ tokens }: Grants, asked: Asked): Answer {
  const token = tokens.get(bearerIn(asked) ?? asked.params.get('token') ?? '');
  if (token === undefined) return refused('invalid_auth');
  token.ended = true;
  return { status: 200, body: { ok: true, revoked: true } };
}
