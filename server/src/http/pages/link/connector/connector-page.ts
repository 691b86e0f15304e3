import type { AuthMode } from '../../../../catalog/connector.ts';
import { takesBrowser } from '../../../../connections/values/availability.ts';
import type { ConnectLink } from '../../../../links/connect-links/connect-link.ts';
import type { AtConnector } from '../../../../links/connect-links/steps/where-link-stands.ts';
import { foreign, html, type Markup } from '../../frame/html.ts';
import { mark, type PageAnswer } from '../../frame/page.ts';
import { factList, hidden } from '../../frame/parts.ts';
import { scopeList } from '../../connect/connect-parts.ts';
import { type Below, cancelLink } from '../choose-page.ts';
import { english, type Face, facePage } from '../link-face.ts';
import { fieldInputs, fieldsAsked, type Values, type Wrong } from './value-fields.ts';
import type { WordKey } from '../words/say.ts';

/** Why a form that was sent came to nothing. */
export interface Tried {
  readonly status: number;
  readonly values: Values;
  readonly wrong: Wrong;
  /** What is said above the form. */
  readonly notice: Markup;
  /** Whether it is asked if somebody else's account is meant. */
  readonly asksAnother: boolean;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface ConnectorFacts extends Below {
  readonly place: AtConnector;
  readonly link: Pick<ConnectLink, 'id' | 'purpose' | 'scopes' | 'connectors'>;
  readonly tried?: Tried | undefined;
}

/** One connector of a link: a form for its values, or the way to its own sign-in. */
export function connectorPage(face: Face, { place, link, tried, foot }: ConnectorFacts): PageAnswer {
  const { connector, connection } = place;
  const identity = connection?.identity ?? null;
  const title = titleOf(link, place);
  const form = takesBrowser(place.way) ? signInForm : valuesForm;
  return facePage(face, {
    status: tried?.status ?? 200,
    title: face.text(title, { connector: connector.name }),
    heading: face.say(title, { connector: english(connector.name) }),
    picture: plug(connector.id),
    headers: tried?.headers ?? {},
    body: html`${tried?.notice}
      ${identity !== null && factList([[face.text('was_connected_as'), foreign(identity)]])}
      ${form(face, { place, link, tried })} ${otherWays(face, place)}
      ${link.purpose === 'connect' && link.connectors?.length !== 1 && html`<p><a href="/link?choose=1">${face.say('choose_other')}</a></p>`}
      ${cancelLink(face)}`,
    foot,
  });
}

function titleOf({ purpose }: Pick<ConnectLink, 'purpose'>, { connection }: AtConnector) {
  if (purpose === 'step_up') return 'title_step_up';
  return connection === undefined || connection.status === 'pending' ? 'title_connect' : 'title_reconnect';
}

function plug(connectorId: string): Markup {
  return html`<div class="plugs loose">
    ${mark}<span class="cord"></span><img src="${`/brand/${connectorId}.svg`}" alt="" width="48" height="48" />
  </div>`;
}

type FormFacts = Omit<ConnectorFacts, 'foot'>;

function valuesForm(face: Face, facts: FormFacts): Markup {
  const { place, tried } = facts;
  const { connector } = place;
  const { docs_url: guide } = connector;
  return html`<p>${face.say('fields_hint', { connector: english(connector.name) })}</p>
    ${guide !== undefined && html`<p><a href="${guide}" target="_blank" rel="noopener noreferrer">${face.say('guide')}</a></p>`}
    <form method="post" action="/link/values">
      ${aimOf(facts)} ${inputs(face, facts)} ${tried?.asksAnother === true && anotherBox(face)}
      <div class="buttons"><button class="button main" type="submit">${face.say('connect_button')}</button></div>
    </form>`;
}

function signInForm(face: Face, facts: FormFacts): Markup {
  const { place, link } = facts;
  const connector = english(place.connector.name);
  const scopes = [...new Set([...(place.connector.oauth?.scopes ?? []), ...link.scopes])];
  return html`<p>${face.say('signed_in_hint', { connector })}</p>
    ${scopes.length > 0 && html`<h2>${face.say('asks_for')}</h2>${scopeList(scopes, '')}`}
    <form method="post" action="/link/sign-in">
      ${aimOf(facts)} ${place.connection === undefined && inputs(face, facts)}
      <div class="buttons">
        <button class="button main" type="submit">${face.say('sign_in_button', { connector })}</button>
      </div>
    </form>`;
}

function inputs(face: Face, { place, tried }: FormFacts): Markup {
  const fields = fieldsAsked(place);
  const had = tried !== undefined && fields.some(({ secret }) => secret);
  return html`${fieldInputs(face, fields, { values: tried?.values ?? new Map(), wrong: tried?.wrong ?? new Map() })}
  ${had && html`<p class="quiet">${face.say('secret_kept')}</p>`}`;
}

/** What a form is about: the link it belongs to, and what was chosen. */
function aimOf({ place, link }: FormFacts): Markup {
  return html`${hidden('link', link.id)} ${hidden('connector', place.connector.id)} ${hidden('way', place.way)}
  ${place.connection && hidden('connection', place.connection.id)}`;
}

function anotherBox({ say }: Face): Markup {
  return html`<div class="tick">
    <input type="checkbox" id="another" name="another" value="yes" autocomplete="off" required />
    <label for="another">${say('another_account_yes')}</label>
  </div>`;
}

function otherWays(face: Face, { connector, way, ways, connection }: AtConnector): Markup | undefined {
  const others = ways.filter((each) => each !== way);
  if (others.length === 0 || connection !== undefined) return undefined;
  return html`<p class="ways">${face.say('other_way')}:</p>
    <ul>
      ${others.map(
        (each) =>
          html`<li><a href="${`/link?connector=${connector.id}&way=${each}&another=1`}">${face.say(waysInWords[each])}</a></li>`,
      )}
    </ul>`;
}

const waysInWords = {
  pat: 'way_pat',
  conn_string: 'way_conn_string',
  mcp_oauth: 'way_oauth',
  byo_oauth: 'way_oauth',
  none: 'way_none',
} as const satisfies Record<AuthMode, WordKey>;
