import type { Connector } from '../../../catalog/connector.ts';
import type { ConfirmFacts } from '../../../connections/sign-in/sign-in-page.ts';
import type { ConnectLink } from '../../../links/connect-links/connect-link.ts';
import { scopeList } from '../connect/connect-parts.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { hidden } from '../frame/parts.ts';
import type { Below } from './choose-page.ts';
import { english, type Face, facePage } from './link-face.ts';

interface AccountFacts extends Below {
  readonly facts: ConfirmFacts;
  readonly connector: Connector;
  readonly link: Pick<ConnectLink, 'id'>;
}

/** Shows whose account came back; only a press of the button makes it count (S8). */
export function accountPage(face: Face, { facts, connector, link, foot }: AccountFacts): PageAnswer {
  const { say } = face;
  const name = english(connector.name);
  const { scopes, before } = facts;
  return facePage(face, {
    status: 200,
    title: face.text('title_account', { connector: connector.name }),
    heading: say('title_account', { connector: name }),
    body: html`<dl class="facts">
        ${row(say('account'), facts.identity === null ? say('account_unknown', { connector: name }) : html`<span class="who">${foreign(facts.identity)}</span>`)}
        ${row(say('granted'), scopes.length === 0 ? say('granted_unknown') : scopeList(scopes, ''))}
      </dl>
      ${before !== null && changes(face, foreign(before), name)}
      <form method="post" action="/link/account">
        ${hidden('link', link.id)} ${hidden('sign_in', facts.token)}
        <div class="buttons">
          <button class="button" type="submit" name="accept" value="no">${say('account_no')}</button>
          <button class="button main" type="submit" name="accept" value="yes">${say('account_yes')}</button>
        </div>
      </form>`,
    foot,
  });
}

function row(name: Markup, value: Markup): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** Said loudly: whatever uses the connection will act for somebody else from now on. */
function changes({ say }: Face, before: Markup, connector: Markup): Markup {
  return html`<div class="notice wrong" role="alert"><p>${say('account_changes', { before, connector })}</p></div>`;
}
