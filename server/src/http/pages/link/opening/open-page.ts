import type { Connector } from '../../../../catalog/connector.ts';
import type { SeenLink } from '../../../../links/connect-links/opening/open-link.ts';
import { html, type Markup } from '../../frame/html.ts';
import type { PageAnswer } from '../../frame/page.ts';
import { hidden } from '../../frame/parts.ts';
import { english, type Face, facePage, forWhom } from '../link-face.ts';
import { foreign } from '../../frame/html.ts';

/** What the page of a link that can be opened says. */
export interface OpenFacts {
  readonly link: SeenLink;
  readonly token: string;
  /** The only connector it is for, where there is one. */
  readonly only: Connector | undefined;
  readonly openerOrigin: string | null;
}

/** Shows whom a link is for and what for, before it is opened: a preview of it, or its second sight, spends nothing (S18). */
export function openPage(face: Face, { link, token, only, openerOrigin }: OpenFacts): PageAnswer {
  return facePage(face, {
    status: 200,
    title: face.text(link.purpose === 'approve' ? 'title_open_approval' : 'title_open'),
    body: html`<p>${whatFor(face, link, only)}</p>
      <p class="quiet">${face.say('open_once')}</p>
      <form method="post" action="${`/link/${token}`}">
        ${openerOrigin !== null && hidden('origin', openerOrigin)}
        <div class="buttons"><button class="button main" type="submit">${face.say('continue')}</button></div>
      </form>`,
    foot: forWhom(face, link.endUser),
  });
}

function whatFor({ say, app: name }: Face, { purpose }: SeenLink, only: Connector | undefined): Markup {
  const app = foreign(name);
  switch (purpose) {
    case 'approve':
      return say('open_approve', { app });
    case 'reconnect':
      return say('open_reconnect', { app });
    case 'step_up':
      return say('open_step_up', { app });
    case 'connect':
      return only ? say('open_connect_one', { app, connector: english(only.name) }) : say('open_connect', { app });
  }
}
