import type { Closed } from '../../../../links/connect-links/opening/open-link.ts';
import { foreign, html, type Markup } from '../../frame/html.ts';
import type { PageAnswer } from '../../frame/page.ts';
import { type Face, facePage } from '../link-face.ts';

/** RFC 9110 §15.5: gone is what was there once; what never was, or nobody may know of, is not found. */
const statuses: Readonly<Record<Closed, number>> = { unknown: 404, used: 410, expired: 410, revoked: 410, origin: 400 };

/** Says why a link opens nothing, and how to get one that does. */
export function closedPage(face: Face, closed: Closed, openerOrigin: string | null): PageAnswer {
  return facePage(face, {
    status: statuses[closed],
    title: face.text('title_closed'),
    body: html`<p>${reason(face, closed, openerOrigin)}</p>
      ${closed !== 'origin' && html`<p>${face.say('new_link')}</p>`}`,
  });
}

function reason({ say }: Face, closed: Closed, openerOrigin: string | null): Markup {
  return closed === 'origin' ? say('closed_origin', { origin: foreign(openerOrigin ?? '') }) : say(`closed_${closed}`);
}

/** What a browser sees that has opened no link, or whose hour is over. */
export function noSessionPage(face: Face): PageAnswer {
  return facePage(face, {
    status: 403,
    title: face.text('title_no_session'),
    body: html`<p>${face.say('no_session')}</p>
      <p>${face.say('new_link')}</p>`,
  });
}

/** What a form of an older link is answered: the browser has opened another one since. */
export function otherLinkPage(face: Face): PageAnswer {
  return facePage(face, {
    status: 409,
    title: face.text('title_failed'),
    body: html`<p>${face.say('other_link')}</p>
      <div class="buttons"><a class="button main" href="/link">${face.say('go_on_there')}</a></div>`,
  });
}
