import { foreign, html, type Markup } from '../frame/html.ts';
import { withNext } from '../sign-in/sign-in.ts';

/** Who is signed in, and the way to be somebody else. */
export function notYou(person: string, path: string): Markup {
  return html`You are signed in as ${foreign(person)}. <a href="${withNext('/sign-out', path)}">Not you?</a>`;
}
