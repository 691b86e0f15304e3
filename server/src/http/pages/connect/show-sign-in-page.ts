import type { SignInPage } from '../../../connections/sign-in/sign-in-page.ts';
import type { PageAnswer } from '../frame/page.ts';
import { withNext } from '../sign-in/sign-in.ts';
import { goOn } from '../visit/go-on.ts';
import { askPage } from './ask-page.ts';
import { closingPage } from './closing-page.ts';
import { confirmPage } from './confirm-page.ts';
import { onwardPage } from './onward-page.ts';
import { refusalPage } from './refusal-page.ts';

/** A step of signing in to a provider, as its browser sees it. */
export function showSignInPage(step: SignInPage): PageAnswer {
  switch (step.page) {
    case 'ask':
      return askPage(step.facts);
    case 'confirm':
      return confirmPage(step.facts);
    case 'closing':
      return closingPage(step.facts);
    case 'refusal':
      return refusalPage(step.facts);
    case 'sign_in':
      return goOn(withNext('/sign-in', step.to));
    case 'go':
      return step.to.startsWith('/') ? goOn(step.to) : onwardPage(step.to);
  }
}
