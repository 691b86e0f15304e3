import type { Answer } from '../../misbehaviour.ts';
import { type Asked, bearerIn } from '../asked.ts';
import { type Grants, liveToken, type Token } from '../grants.ts';

/** What was posted to the one channel there is. */
export interface SlackState {
  readonly messages: { readonly text: string; readonly user: string; readonly ts: string }[];
}

export function newSlackState(): SlackState {
  return { messages: [] };
}

interface Parts {
  readonly grants: Grants;
  readonly state: SlackState;
}

/** The methods of the API. Whatever goes wrong is told with status 200. */
export function answerSlackApi({ grants, state }: Parts, asked: Asked): Answer {
  const known = grants.tokens.get(bearerIn(asked) ?? '');
  if (known?.kind !== 'access') return refused(bearerIn(asked) === undefined ? 'not_authed' : 'invalid_auth');
  if (liveToken(grants, known.value, 'access') === undefined)
    return refused(known.ended || known.grant.ended ? 'token_revoked' : 'token_expired');
  const method = asked.url.pathname.replace('/api/', '');
  const needed = scopes[method];
  if (needed !== undefined && !known.scopes.includes(needed)) return missingScope(needed, known);
  return call(method, known, { state, asked });
}

const scopes: Readonly<Record<string, string>> = {
  'conversations.list': 'channels:read',
  'chat.postMessage': 'chat:write',
  'search.messages': 'search:read',
};

function call(method: string, token: Token, { state, asked }: { state: SlackState; asked: Asked }): Answer {
  switch (method) {
    case 'auth.test':
      return ok(token, identityOf(token));
    case 'conversations.list':
      return ok(token, { channels: [{ id: 'C0GENERAL', name: 'general', is_member: true }] });
    case 'search.messages':
      return isBot(token) ? refused('not_allowed_token_type') : ok(token, { messages: { matches: state.messages } });
    case 'chat.postMessage':
      return post(token, state, asked.params);
    default:
      return refused('unknown_method');
  }
}

function identityOf(token: Token) {
  const { person } = token.grant;
  const who = isBot(token)
    ? { user: 'plugboard', user_id: 'U0BOT' }
    : { user: person.login, user_id: `U0${person.id}` };
  return { url: 'https://acme.slack.com/', team: 'Acme', team_id: 'T0ACME', ...who };
}

function post(token: Token, { messages }: SlackState, params: URLSearchParams): Answer {
  const text = params.get('text');
  if (params.get('channel') !== 'C0GENERAL') return refused('channel_not_found');
  if (text === null) return refused('no_text');
  const ts = `1767225600.00${String(messages.length + 1).padStart(4, '0')}`;
  const message = { text, user: identityOf(token).user_id, ts };
  messages.push(message);
  return ok(token, { channel: 'C0GENERAL', ts, message });
}

function isBot({ value }: Token): boolean {
  return value.includes('xoxb-');
}

function ok({ scopes: granted }: Token, body: object): Answer {
  return { status: 200, body: { ok: true, ...body }, headers: { 'x-oauth-scopes': granted.join(',') } };
}

function refused(error: string, more = {}): Answer {
  return { status: 200, body: { ok: false, error, ...more } };
}

function missingScope(needed: string, token: Token): Answer {
  return refused('missing_scope', { needed, provided: token.scopes.join(',') });
}
