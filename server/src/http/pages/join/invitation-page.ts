import { passwordLength } from '../../../access/sign-in/better-auth.ts';
import type { OpenInvitation } from '../../../access/workspaces/people/accept-invitation.ts';
import type { Failure } from '../../../errors.ts';
import { notYou } from '../connect/not-you.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { factList, field, hidden, problem } from '../frame/parts.ts';
import { withNext } from '../sign-in/sign-in.ts';
import { openForm } from './open-page.ts';

export const joinPath = '/join';

/** What a new person calls themselves, and how they will sign in. */
export interface Newcomer {
  readonly name: string;
  readonly password: string;
}

/** A form that was sent and refused. */
export interface Tried {
  readonly name: string;
  readonly failure: Failure;
  /** What is wrong with which field. */
  readonly wrong?: Partial<Newcomer>;
}

export interface InvitationFacts {
  readonly invitation: OpenInvitation;
  readonly token: string;
  /** The e-mail address of who is signed in. */
  readonly person: string | undefined;
  readonly tried?: Tried | undefined;
}

/** Shows what an invitation is for to whoever holds its link, before they join. */
export function invitationPage(facts: InvitationFacts): PageAnswer {
  const { invitation, person, tried } = facts;
  const { workspace } = invitation;
  return framed({
    status: tried?.failure.status ?? 200,
    title: tried === undefined ? `Join ${workspace}` : `Join ${workspace}: try again`,
    heading: html`Join ${foreign(workspace)}`,
    body: html`${tried?.wrong === undefined && problem(tried?.failure.message)} ${factList(about(facts))}
    ${wayIn(facts)} ${openForm}`,
    foot: person === undefined ? html`Not expected? Close the page: nothing has happened.` : notYou(person, joinPath),
  });
}

/** A newcomer reads the e-mail address in the form. */
function about({ invitation, person }: InvitationFacts): readonly (readonly [name: string, value: Markup])[] {
  const { email, role, expiresAt, isKnown } = invitation;
  const isNew = person === undefined && !isKnown;
  return [
    ...(isNew ? [] : [['Invited', foreign(email)] as const]),
    ['Role', html`${role.toLowerCase()}`],
    ['Open until', html`<time datetime="${expiresAt}">${expiresAt.slice(0, 10)}</time>`],
  ];
}

function wayIn(facts: InvitationFacts): Markup {
  const { invitation, person, token } = facts;
  if (person === invitation.email) return joinForm(token, html`Join`);
  if (person !== undefined) return forSomebodyElse;
  return invitation.isKnown ? signInFirst : joinForm(token, html`Join and sign in`, newcomerFields(facts));
}

function joinForm(token: string, button: Markup, fields?: Markup): Markup {
  return html`<form method="post" action="${joinPath}">
    ${hidden('token', token)} ${fields}
    <div class="buttons"><button class="button main" type="submit">${button}</button></div>
  </form>`;
}

/** The e-mail address stands there for password managers and is not read: the invitation says it. */
function newcomerFields({ invitation, tried }: InvitationFacts): Markup {
  const { least, most } = passwordLength;
  const { name, password } = tried?.wrong ?? {};
  const lengths = html`${least} to ${most} characters.`;
  return html`${field({ name: 'email', label: 'You will sign in as', type: 'email', autocomplete: 'username', value: invitation.email, most: 254, isFixed: true })}
  ${field({ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', value: tried?.name, most: 80, wrong: name })}
  ${field({ name: 'password', label: 'Choose a password', type: 'password', autocomplete: 'new-password', hint: lengths, least, most, wrong: password })}`;
}

const signInFirst = html`<p>
    Somebody with this e-mail address signs in here already. If that is you, sign in; you come back to this page.
  </p>
  <div class="buttons"><a class="button main" href="${withNext('/sign-in', joinPath)}">Sign in to join</a></div>`;

const forSomebodyElse = html`<p>
    You are signed in with another e-mail address. Sign out, then open the link of the invitation again.
  </p>
  <div class="buttons"><a class="button main" href="${withNext('/sign-out', joinPath)}">Sign out</a></div>`;
