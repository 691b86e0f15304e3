import { handleAuth } from '../../../access/sign-in/handle-auth.ts';
import { findPerson } from '../../../access/workspaces/people/person-store.ts';
import { plainHeaders } from '../../doors/auth-door.ts';
import { foreign, html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { hidden } from '../frame/parts.ts';
import { ownPath } from '../own-path.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { withNext } from './sign-in.ts';

/** `/sign-out`: asks on a GET, ends this browser's session on a POST. `to` is where signing in again leads. */
export const signOutRoutes: readonly PageRoute[] = [
  { method: 'GET', path: '/sign-out', answer: ask },
  { method: 'POST', path: '/sign-out', answer: signOut },
];

async function ask({ app, person, query }: PageVisit): Promise<PageAnswer> {
  const to = ownPath(app.config.publicUrl, query.get('to'));
  const found = person && (await findPerson(app.storage, person.userId));
  if (found === undefined) return goOn(withNext('/sign-in', to));
  return framed({
    status: 200,
    title: 'Sign out',
    body: html`<p>You are signed in as ${foreign(found.email)} in this browser.</p>
      <form method="post" action="/sign-out">
        ${hidden('to', to)}
        <div class="buttons">
          <a class="button" href="${to}">Stay</a><button class="button main" type="submit">Sign out</button>
        </div>
      </form>`,
  });
}

async function signOut({ app, request, form, person }: PageVisit): Promise<PageAnswer> {
  const next = withNext('/sign-in', ownPath(app.config.publicUrl, form.get('to')));
  if (person === undefined) return goOn(next);
  const { cookie, origin } = plainHeaders(request);
  const asked = { method: 'POST', path: '/sign-out', headers: { cookie, origin }, body: {}, address: request.ip };
  const { setCookies } = await handleAuth(app.auth, asked);
  return goOn(next, setCookies);
}
