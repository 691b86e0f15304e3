import { Failure } from '../../../errors.ts';
import type { Connector } from '../../../catalog/connector.ts';
import { over } from '../../../connections/sign-in/open-ask.ts';
import { somebodyElse } from '../../../connections/sign-in/complete-sign-in.ts';
import { dropped } from '../../../connections/sign-in/confirm-sign-in.ts';
import { changedSince } from '../../../connections/sign-in/sign-in-subject.ts';
import { replaced } from '../../../oauth/handshakes/handshake-store.ts';
import type { AtConnector } from '../../../links/connect-links/steps/where-link-stands.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { refusalHeaders } from '../sign-in/password-sign-in.ts';
import type { Tried } from './connector/connector-page.ts';
import { english, type Face, facePage } from './link-face.ts';
import type { WordKey } from './words/say.ts';
import { type Values, wrongIn } from './connector/value-fields.ts';

type SignInWord = Extract<WordKey, `sign_in_${'over' | 'elsewhere' | 'changed' | 'anew'}` | 'discarded'>;

/** What our own sentences about a sign-in are in the words of a page. */
const inWords: ReadonlyMap<string, SignInWord> = new Map([
  [over, 'sign_in_over'],
  [dropped, 'discarded'],
  [somebodyElse, 'sign_in_elsewhere'],
  [changedSince, 'sign_in_changed'],
  [replaced, 'sign_in_anew'],
]);

/** Why a sign-in came to nothing: in the language of the page where it is we who say so, else with what was said. */
export function explain({ say }: Face, problem: string): Markup {
  const key = inWords.get(problem);
  if (key !== undefined) return html`<p>${say(key)}</p>`;
  return html`<p>${say('not_connected')}</p>
    <p>${say('they_say')} ${english(problem)}</p>`;
}

/** The same as a page of its own, for a browser that no page of the link can be shown in. */
export function signInRefusedPage(face: Face, problem: string): PageAnswer {
  return facePage(face, {
    status: 400,
    title: face.text('title_failed'),
    body: html`${explain(face, problem)}
      <p>${face.say('new_link')}</p>`,
  });
}

/** The notice above a form, for an attempt before. */
export function noticeOf(problem: Markup): Markup {
  return html`<div class="notice wrong" role="alert">${problem}</div>`;
}

/** A form that was sent and refused, as it is shown again. Throws what is no refusal. */
export function tried(face: Face, place: AtConnector, { error, values }: Refused): Tried {
  if (!(error instanceof Failure) || error.code === 'INTERNAL') throw error;
  const { connector } = place;
  const wrong = wrongIn(error.details?.['problems'], connector);
  const asksAnother = error.details !== undefined && 'another_account' in error.details;
  const notice = noticeOf(wrong.size > 0 ? html`<p>${face.say('correct')}</p>` : why(face, place, error));
  return { status: error.status, values, wrong, notice, asksAnother, headers: refusalHeaders(error) };
}

interface Refused {
  readonly error: unknown;
  readonly values: Values;
}

function why(face: Face, { connector, connection }: AtConnector, error: Failure): Markup {
  const another = error.details?.['another_account'];
  if (another !== undefined) return anotherAccount(face, connection?.identity, another);
  switch (error.code) {
    case 'INVALID_INPUT':
      return said(face, face.say('rejected', { connector: nameOf(connector) }), error);
    case 'PROVIDER_UNAVAILABLE':
      return said(face, face.say('unreachable', { connector: nameOf(connector) }), error);
    case 'RATE_LIMITED':
      return html`<p>${face.say('too_many', { seconds: html`${error.retryAfter ?? 60}` })}</p>`;
    case 'CONFLICT':
      return html`<p>${face.say('changed')}</p>`;
    default:
      return said(face, face.say('not_connected'), error);
  }
}

function nameOf({ name }: Connector): Markup {
  return english(name);
}

function said({ say }: Face, sentence: Markup, { message }: Failure): Markup {
  return html`<p>${sentence}</p>
    <p>${say('they_say')} ${english(message)}</p>`;
}

function anotherAccount({ say }: Face, before: unknown, now: unknown): Markup {
  const nameless = say('somebody');
  const shown = {
    before: typeof before === 'string' ? foreign(before) : nameless,
    now: typeof now === 'string' ? foreign(now) : nameless,
  };
  return html`<p>${say('another_account', shown)}</p>`;
}
