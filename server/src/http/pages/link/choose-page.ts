import type { Connection } from '../../../connections/connection.ts';
import type { Connector } from '../../../catalog/connector.ts';
import type { Offered } from '../../../links/connect-links/making/offered-connectors.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { english, type Face, facePage } from './link-face.ts';

/** How many are shown at once; the others are found by searching. */
const mostShown = 24;

/** What every page of an opened link has below. */
export interface Below {
  readonly foot: Markup;
}

/** The connectors of a link to choose from, those alone whose name has the text that is searched for. */
export function choosePage(face: Face, { offered, search, foot }: Choice): PageAnswer {
  const wanted = search.trim().toLowerCase();
  const found = offered.filter(({ connector: { id, name } }) => `${id} ${name}`.toLowerCase().includes(wanted));
  const shown = found.slice(0, mostShown);
  const more = found.length - shown.length;
  return facePage(face, {
    status: 200,
    title: face.text('title_choose'),
    body: html`${offered.length > 8 && searchForm(face, search)}
      ${found.length === 0 && html`<p role="status">${face.say('nothing_found', { text: foreign(search) })}</p>`}
      <ul class="choices">
        ${shown.map(({ connector }) => choice(`/link?connector=${connector.id}`, connector))}
      </ul>
      ${more > 0 && html`<p class="quiet">${face.say('more', { count: html`${more}` })}</p>`}
      ${search !== '' && html`<p><a href="/link">${face.say('show_all')}</a></p>`} ${cancelLink(face)}`,
    foot,
  });
}

interface Choice extends Below {
  readonly offered: readonly Offered[];
  readonly search: string;
}

function searchForm({ say }: Face, search: string): Markup {
  return html`<form class="search" method="get" action="/link" role="search">
    <div>
      <label for="q">${say('search')}</label>
      <input id="q" name="q" type="search" value="${search}" maxlength="60" autocomplete="off" spellcheck="false" />
    </div>
    <button class="button" type="submit">${say('search_button')}</button>
  </form>`;
}

function choice(address: string, { id, name }: Connector, text: Markup = english(name)): Markup {
  return html`<li>
    <a href="${address}"><img src="${`/brand/${id}.svg`}" alt="" width="32" height="32" loading="lazy" />${text}</a>
  </li>`;
}

/** The way out of a link without having done anything. */
export function cancelLink({ say }: Pick<Face, 'say'>): Markup {
  return html`<p><a href="/link?cancelled=1">${say('cancel')}</a></p>`;
}

interface Again extends Below {
  readonly connector: Connector;
  readonly own: readonly Connection[];
}

/** Asks whether one of those there are is meant, so that nobody has one account twice without knowing. */
export function againPage(face: Face, { connector, own, foot }: Again): PageAnswer {
  const { say } = face;
  const another = `/link?connector=${connector.id}&another=1`;
  return facePage(face, {
    status: 200,
    title: face.text('title_again', { connector: connector.name }),
    heading: say('title_again', { connector: english(connector.name) }),
    body: html`<p>${say('again_text')}</p>
      <ul class="choices">
        ${own.map((each) => choice(`/link?connection=${each.id}`, connector, say('again_renew', { account: foreign(each.identity ?? each.label) })))}
        ${choice(another, connector, say('again_another'))}
      </ul>
      ${cancelLink(face)}`,
    foot,
  });
}

/** Nothing is left that this link could be used for. */
export function nowherePage(face: Face): PageAnswer {
  return facePage(face, {
    status: 404,
    title: face.text('title_closed'),
    body: html`<p>${face.say('nothing_to_connect')}</p>`,
  });
}
