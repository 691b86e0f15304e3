import type { RefusalFacts } from '../../../connections/sign-in/sign-in-page.ts';
import { foreign, html } from '../frame/html.ts';
import { framed, type PageAnswer } from '../frame/page.ts';
import { plugs } from './connect-parts.ts';

/** Why it went no further. Whoever waits for the connection learns that it did not. */
export function refusalPage({ message, about }: RefusalFacts): PageAnswer {
  return framed({
    status: 400,
    title: about === undefined ? 'This did not work' : `${about.connector.name} is not connected`,
    heading: about === undefined ? html`This did not work` : html`${foreign(about.connector.name)} is not connected`,
    ...(about === undefined ? {} : { picture: plugs(about, 'loose') }),
    foot: html`<a href="/sign-out">Signed in as somebody else?</a>`,
    body: html`<p>${foreign(message)}</p>
      ${about && html`<p class="quiet" data-connection="${about.connectionId}" data-result="failed">You can close this window.</p>`}`,
  });
}
