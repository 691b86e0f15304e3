import { confirmSignIn } from '../../../connections/sign-in/confirm-sign-in.ts';
import { continueAsk } from '../../../connections/sign-in/continue-ask.ts';
import { openAsk } from '../../../connections/sign-in/open-ask.ts';
import type { SignInPage } from '../../../connections/sign-in/sign-in-page.ts';
import { Failure } from '../../../errors.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { showSignInPage } from './show-sign-in-page.ts';

/** `/connect/<token>`: asks, sends on to the provider, and takes the word of whoever saw whose account came back. */
export const connectRoutes: readonly PageRoute[] = [
  step('GET', '/connect/:token', (visit) => openAsk(visit.app, browserOf(visit))),
  step('POST', '/connect/:token', (visit) => continueAsk(visit.app, browserOf(visit))),
  step('POST', '/connect/:token/confirm', (visit) =>
    confirmSignIn(visit.app, { ...browserOf(visit), accept: accepts(visit) }),
  ),
];

/** Which of the two buttons was pressed. Throws BAD_REQUEST where it was neither. */
function accepts({ form }: PageVisit): boolean {
  const answer = form.get('accept');
  if (answer === 'yes' || answer === 'no') return answer === 'yes';
  throw new Failure('BAD_REQUEST', 'Say whether the account is the right one: press one of the two buttons.');
}

function step(method: PageRoute['method'], path: string, take: (visit: PageVisit) => Promise<SignInPage>): PageRoute {
  return { method, path, answer: async (visit) => showSignInPage(await take(visit)) };
}

function browserOf({ person, params, signal }: PageVisit) {
  return { person, token: params['token'] ?? '', signal };
}
