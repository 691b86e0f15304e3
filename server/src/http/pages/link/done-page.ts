import type { WayBack } from '../../../links/connect-links/steps/way-back.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { english, type Face, facePage } from './link-face.ts';

/** What came of a link, as its last page says it. */
export interface DoneFacts {
  /** What the connection is to; absent where it was taken out of the catalog since. */
  readonly connector: string;
  readonly identity: string | null;
  readonly back: WayBack;
}

/** The end: whose account it is, and the way back to the app. Its script tells the app that waits, and nobody else (S19). */
export function donePage(face: Face, { connector, identity, back }: DoneFacts): PageAnswer {
  const { say } = face;
  return facePage(face, {
    status: 200,
    title: face.text('title_done', { connector }),
    heading: say('title_done', { connector: english(connector) }),
    body: html`${identity !== null && html`<p>${say('done_account', { account: html`<strong>${foreign(identity)}</strong>` })}</p>`}
      <p>${say('done_text', { app: foreign(face.app) })}</p>
      ${wayBack(face, back)}`,
  });
}

/** The end of whoever did not want to. The link stays open for as long as it would have. */
export function cancelledPage(face: Face, back: WayBack): PageAnswer {
  return facePage(face, {
    status: 200,
    title: face.text('title_cancelled'),
    body: html`<p>${face.say('cancelled_text')}</p>
      ${wayBack(face, back)}`,
  });
}

function wayBack({ say }: Face, { address, tells, connectionId, status }: WayBack): Markup {
  return html`<div
    data-finished="${status}"
    data-connection-made="${connectionId ?? ''}"
    data-tells="${tells ?? ''}"
    data-leads="${address ?? ''}"
  >
    ${
      address === null
        ? html`<p class="quiet">${say('close_window')}</p>`
        : html`<div class="buttons">
            <a class="button main" href="${address}">${say('back_to', { host: foreign(new URL(address).host) })}</a>
          </div>`
    }
  </div>`;
}
