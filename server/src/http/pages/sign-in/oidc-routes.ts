import { z } from 'zod';
import { oidcCallbackPath, type OidcSignIn } from '../../../access/sign-in/oidc/oidc-sign-in.ts';
import { findTied } from '../../../access/sign-in/ties.ts';
import { html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { ownPath } from '../own-path.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { sealedCookie } from '../visit/sealed-cookie.ts';
import { sessionHeaders } from './password-sign-in.ts';
import { withNext } from './sign-in.ts';
import { giveUntied, tiePath, tieRoutes } from './tie.ts';

/** What the browser that begins takes along; nobody else has it, so an answer meant for another browser is worth nothing. */
const memo = sealedCookie({
  name: 'oidc',
  shape: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() }),
  seconds: 600,
});

/** Signing in at the identity provider: there, back, and, the first time, the page that ties its subject to a person here. */
export function oidcRoutes(oidc: OidcSignIn): readonly PageRoute[] {
  return [
    { method: 'GET', path: '/sign-in/oidc', answer: (visit) => begin(oidc, visit) },
    { method: 'GET', path: oidcCallbackPath, answer: (visit) => comeBack(oidc, visit) },
    ...tieRoutes(oidc),
  ];
}

/** A cookie has 4,096 bytes (RFC 6265 §6.1). */
const mostKept = 2000;

async function begin(oidc: OidcSignIn, { app, query }: PageVisit): Promise<PageAnswer> {
  const to = ownPath(app.config.publicUrl, query.get('to'));
  const { url, memo: expected } = await oidc.begin();
  return goOn(url, [memo.give(app, { ...expected, to: to.length > mostKept ? '/' : to })]);
}

async function comeBack(oidc: OidcSignIn, { app, request, query }: PageVisit): Promise<PageAnswer> {
  const held = memo.read(app, request.headers.cookie);
  const over = memo.drop(app);
  if (held === undefined) return refused(strange, { to: '/', cookies: [over] });
  const outcome = await oidc.complete(held, query);
  if (!outcome.ok) return refused(outcome.message, { to: held.to, cookies: [over] });
  const { issuer } = oidc;
  const userId = await findTied(app.storage, { issuer, subject: outcome.subject });
  if (userId !== undefined) return goOn(held.to, [over, ...(await app.auth.enterAs(userId, sessionHeaders(request)))]);
  const { subject, shownAs } = outcome;
  return goOn(tiePath, [over, giveUntied(app, { issuer, subject, shownAs, to: held.to })]);
}

const strange =
  'This sign-in was begun in another browser, or more than ten minutes ago, or was finished already. Start again.';

function refused(
  message: string,
  { to, cookies }: { readonly to: string; readonly cookies: readonly string[] },
): PageAnswer {
  const page = framed({
    status: 400,
    title: 'You are not signed in',
    body: html`<p>${message}</p>
      <div class="buttons"><a class="button main" href="${withNext('/sign-in', to)}">Back to signing in</a></div>`,
  });
  return { ...page, cookies };
}
