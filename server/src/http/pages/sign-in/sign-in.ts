import type { OidcSignIn } from '../../../access/sign-in/oidc/oidc-sign-in.ts';
import { findPerson } from '../../../access/workspaces/people/person-store.ts';
import { awaitsOwner } from '../../../access/workspaces/people/owner-sign-in.ts';
import type { Failure } from '../../../errors.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { field, hidden, problem } from '../frame/parts.ts';
import { ownPath } from '../own-path.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { correctable, passwordForm, refusalHeaders, signInWithPassword } from './password-sign-in.ts';

/** `/sign-in`: with a password, or at the identity provider where one is configured. `to` is where it leads afterwards. */
export function signInRoutes(oidc: OidcSignIn | undefined): readonly PageRoute[] {
  const path = '/sign-in';
  return [
    {
      method: 'GET',
      path,
      answer: async (visit) => {
        const to = ownPath(visit.app.config.publicUrl, visit.query.get('to'));
        if (await awaitsOwner(visit.app.storage)) return goOn(withNext('/first-run', to));
        return signInPage({ to, oidc, signedInAs: await nameOf(visit) });
      },
    },
    { method: 'POST', path, answer: (visit) => signIn(visit, oidc) },
  ];
}

/** The path with where to go afterwards, if that is anywhere but the front page. */
export function withNext(path: string, to: string): string {
  return to === '/' ? path : `${path}?to=${encodeURIComponent(to)}`;
}

async function signIn(visit: PageVisit, oidc: OidcSignIn | undefined): Promise<PageAnswer> {
  const to = ownPath(visit.app.config.publicUrl, visit.form.get('to'));
  const filled = passwordForm(visit);
  try {
    return goOn(to, await signInWithPassword(visit, filled));
  } catch (error) {
    return signInPage({ to, oidc, email: filled.email, failure: correctable(error) });
  }
}

/** The e-mail address of who is signed in already. */
async function nameOf({ app, person }: PageVisit): Promise<string | undefined> {
  return person && (await findPerson(app.storage, person.userId))?.email;
}

interface SignInFacts {
  readonly to: string;
  readonly oidc: OidcSignIn | undefined;
  readonly email?: string;
  readonly signedInAs?: string | undefined;
  readonly failure?: Failure;
}

function signInPage({ to, oidc, email, signedInAs, failure }: SignInFacts): PageAnswer {
  return framed({
    status: failure?.status ?? 200,
    title: failure === undefined ? 'Sign in' : 'Sign in: try again',
    heading: html`Sign in`,
    headers: failure === undefined ? {} : refusalHeaders(failure),
    body: html`${signedInAs !== undefined && already(signedInAs, to)} ${problem(failure?.message)}
      <form method="post" action="/sign-in">
        ${hidden('to', to)} ${passwordFields(email)}
        <div class="buttons"><button class="button main" type="submit">Sign in</button></div>
      </form>
      ${oidc && atProvider(oidc, to)}`,
    foot: html`No way in yet? Somebody who is an admin here can invite you.`,
  });
}

/** E-mail and password, as password managers know them. */
export function passwordFields(email: string | undefined): Markup {
  return html`${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, most: 254 })}
  ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', most: 128 })}`;
}

function already(email: string, to: string): Markup {
  return html`<div class="notice">
    <p>You are signed in as ${foreign(email)}. <a href="${to}">Go on</a>, or sign in as somebody else.</p>
  </div>`;
}

function atProvider({ issuer }: OidcSignIn, to: string): Markup {
  return html`<p class="or">or</p>
    <div class="buttons">
      <a class="button" href="${withNext('/sign-in/oidc', to)}">Continue with ${new URL(issuer).host}</a>
    </div>`;
}
