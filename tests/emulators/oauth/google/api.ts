import { isRecord } from '../../../../server/src/lib/json.ts';
import type { Answer } from '../../misbehaviour.ts';
import { type Asked, bearerIn } from '../asked.ts';
import { type Grants, liveToken, type Token } from '../grants.ts';

export interface GoogleEvent {
  readonly id: string;
  readonly summary: string;
}

/** One calendar, one mailbox and one drive, the same for everybody. */
export interface GoogleState {
  readonly events: GoogleEvent[];
  /** Messages that were sent, as they came (RFC 5322). */
  readonly sent: string[];
}

export function newGoogleState(): GoogleState {
  return { events: [{ id: 'standup', summary: 'Stand-up' }], sent: [] };
}

interface Parts {
  readonly grants: Grants;
  readonly state: GoogleState;
}

/** The APIs, for whoever brings a token that still counts and is granted for what it asks. */
export function answerGoogleApi({ grants, state }: Parts, asked: Asked): Answer {
  const token = liveToken(grants, bearerIn(asked), 'access');
  if (token === undefined) return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  const found = routes.find(([method, path]) => method === asked.method && path === asked.url.pathname);
  if (found === undefined) return failure(404, 'NOT_FOUND', 'Not Found');
  const [, , scopes, answer] = found;
  const granted = scopes.some((scope) => token.scopes.includes(`https://www.googleapis.com/auth/${scope}`));
  return granted ? answer({ state, token, asked }) : insufficient;
}

interface Call {
  readonly state: GoogleState;
  readonly token: Token;
  readonly asked: Asked;
}

type Route = readonly [method: string, path: string, scopes: readonly string[], answer: (call: Call) => Answer];

const calendars = ['calendar', 'calendar.readonly', 'calendar.calendarlist.readonly'];
const mailboxes = ['gmail.readonly', 'gmail.modify', 'gmail.compose'];
const drives = ['drive', 'drive.readonly', 'drive.file'];

const routes: readonly Route[] = [
  ['GET', '/calendar/v3/users/me/calendarList/primary', calendars, ({ token }) => ok(primary(token))],
  ['GET', '/calendar/v3/users/me/calendarList', calendars, ({ token }) => ok({ items: [primary(token)] })],
  ['GET', '/calendar/v3/calendars/primary/events', ['calendar.events'], ({ state }) => ok({ items: state.events })],
  ['POST', '/calendar/v3/calendars/primary/events', ['calendar.events'], createEvent],
  ['GET', '/gmail/v1/users/me/profile', mailboxes, ({ token }) => ok(profile(token))],
  ['GET', '/gmail/v1/users/me/messages', mailboxes, () => ok({ messages: [{ id: 'welcome', threadId: 'welcome' }] })],
  ['POST', '/upload/gmail/v1/users/me/messages/send', ['gmail.send', 'gmail.compose', 'gmail.modify'], sendMessage],
  ['GET', '/drive/v3/about', drives, ({ token }) => ok({ user: user(token) })],
  ['GET', '/drive/v3/files', drives, () => ok({ files: [{ id: 'plan', name: 'Plan' }] })],
];

function primary({ grant }: Token) {
  return { id: grant.person.email, summary: grant.person.email, accessRole: 'owner', primary: true };
}

function profile({ grant }: Token) {
  return { emailAddress: grant.person.email, messagesTotal: 2, threadsTotal: 1, historyId: '7' };
}

function user({ grant }: Token) {
  return { kind: 'drive#user', displayName: grant.person.name, emailAddress: grant.person.email };
}

function createEvent({ state, asked }: Call): Answer {
  const summary = isRecord(asked.json) ? asked.json['summary'] : undefined;
  const event = { id: `event-${state.events.length + 1}`, summary: String(summary ?? '') };
  state.events.push(event);
  return ok(event);
}

function sendMessage({ state, asked }: Call): Answer {
  if (asked.headers['content-type'] !== 'message/rfc822')
    return failure(400, 'INVALID_ARGUMENT', "Media type '' is not supported. Valid media types: [message/*]");
  state.sent.push(asked.body);
  return ok({ id: `message-${state.sent.length}`, labelIds: ['SENT'] });
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function failure(code: number, status: string, message: string): Answer {
  return { status: code, body: { error: { code, message, status, errors: [{ message, reason: 'authError' }] } } };
}

const insufficient: Answer = {
  status: 403,
  body: {
    error: {
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      status: 'PERMISSION_DENIED',
      errors: [{ message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' }],
    },
  },
};
