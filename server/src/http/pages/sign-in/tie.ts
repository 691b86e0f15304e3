import { z } from 'zod';
import type { OidcSignIn } from '../../../access/sign-in/oidc/oidc-sign-in.ts';
import { tie } from '../../../access/sign-in/ties.ts';
import { Failure } from '../../../errors.ts';
import { foreign, html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { problem } from '../frame/parts.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { personOf } from '../visit/person-of.ts';
import { sealedCookie } from '../visit/sealed-cookie.ts';
import { correctable, passwordForm, refusalHeaders, signInWithPassword } from './password-sign-in.ts';
import { passwordFields } from './sign-in.ts';

export const tiePath = '/sign-in/oidc/tie';

const untiedShape = z.object({ issuer: z.string(), subject: z.string(), shownAs: z.string(), to: z.string() });
type Untied = z.output<typeof untiedShape>;

/** Who came back from the identity provider and is nobody here yet. */
const untied = sealedCookie({ name: 'untied', shape: untiedShape, seconds: 600 });

/** The `Set-Cookie` header that brings somebody to the page that ties them. */
export function giveUntied(app: PageVisit['app'], value: Untied): string {
  return untied.give(app, value);
}

/**
 * The first time somebody comes from the identity provider they show, with their password, who they are here. Nobody is tied by
 * an e-mail address that happens to be the same (S26), nor by being signed in, which a link of somebody else could use.
 */
export function tieRoutes(oidc: OidcSignIn): readonly PageRoute[] {
  const held = ({ app, request }: PageVisit): Untied | undefined => {
    const value = untied.read(app, request.headers.cookie);
    return value?.issuer === oidc.issuer ? value : undefined;
  };
  return [
    {
      method: 'GET',
      path: tiePath,
      answer: async (visit) => {
        const who = held(visit);
        return who === undefined ? goOn('/sign-in') : tiePage(who);
      },
    },
    {
      method: 'POST',
      path: tiePath,
      answer: async (visit) => {
        const who = held(visit);
        return who === undefined ? goOn('/sign-in') : tieTo(visit, who);
      },
    },
  ];
}

async function tieTo(visit: PageVisit, who: Untied): Promise<PageAnswer> {
  const { app } = visit;
  const filled = passwordForm(visit);
  try {
    const cookies = await signInWithPassword(visit, filled);
    const person = await personOf(app, cookies.map((cookie) => cookie.split(';', 1)[0]).join('; '));
    if (person === undefined || !(await tie(app.storage, app.clock, { ...who, userId: person.userId }))) throw taken();
    return goOn(who.to, [untied.drop(app), ...cookies]);
  } catch (error) {
    return tiePage(who, { email: filled.email, failure: correctable(error) });
  }
}

function taken(): Failure {
  return new Failure('CONFLICT', 'Somebody else signs in with this identity. Sign in again as who you are there.');
}

interface Tried {
  readonly email: string;
  readonly failure: Failure;
}

function tiePage({ issuer, shownAs }: Untied, tried?: Tried): PageAnswer {
  const { host } = new URL(issuer);
  return framed({
    status: tried?.failure.status ?? 200,
    title: tried === undefined ? 'One last time with your password' : 'Your password: try again',
    heading: html`One last time with your password`,
    headers: tried === undefined ? {} : refusalHeaders(tried.failure),
    body: html`<p>${host} says that you are ${foreign(shownAs)}. Nobody here signs in as that yet.</p>
      <p>Sign in with your password once. From then on, ${host} is enough.</p>
      ${problem(tried?.failure.message)}
      <form method="post" action="${tiePath}">
        ${passwordFields(tried?.email)}
        <div class="buttons">
          <a class="button" href="/sign-in">Cancel</a
          ><button class="button main" type="submit">Sign in and remember</button>
        </div>
      </form>`,
    foot: html`Not invited yet? Ask an admin here for an invitation, accept it, then come back.`,
  });
}
