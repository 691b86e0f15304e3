import { expect, it } from 'vitest';
import { covers } from '../../../../../tests/support/covers.ts';
import { newConnection } from '../../../../../tests/support/new-connection.ts';
import { shippedConnector } from '../../../../../tests/support/shipped-connector.ts';
import { Failure } from '../../../errors.ts';
import { plainBrand } from '../../../links/brand/brand-store.ts';
import type { AtConnector } from '../../../links/connect-links/steps/where-link-stands.ts';
import { html } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { accountPage } from './account-page.ts';
import { againPage, choosePage, nowherePage } from './choose-page.ts';
import { connectorPage } from './connector/connector-page.ts';
import { cancelledPage, donePage } from './done-page.ts';
import { faceWith, forWhom } from './link-face.ts';
import { closedPage, noSessionPage, otherLinkPage } from './opening/closed-page.ts';
import { openPage } from './opening/open-page.ts';
import { explain, noticeOf, signInRefusedPage, tried } from './refused.ts';
import { en } from './words/en.ts';
import { speaker, type Words } from './words/say.ts';

/** A language in which every sentence stands in brackets: what does not is in no language's list. */
function bracketed(): Words {
  const words: Record<string, string> = { ...en };
  for (const key in words) words[key] = `⦑${words[key]}⦒`;
  return { ...en, ...words };
}

const face = faceWith(speaker('xx', bracketed()), { name: 'THE APP', brand: plainBrand });
const foot = forWhom(face, { externalId: 'u_1', name: 'ADA', email: null });
const gitlab = shippedConnector('gitlab');
const github = shippedConnector('github');
const link = { id: 'x', purpose: 'connect', scopes: ['one'], connectors: null } as const;
const own = newConnection({ identity: 'ADA' });
const place: AtConnector = {
  connector: gitlab,
  way: 'pat',
  ways: gitlab.auth_modes,
  connection: undefined,
  problem: null,
};
const signedIn: AtConnector = { ...place, connector: github, way: 'byo_oauth', ways: github.auth_modes };
const back = { connectionId: 'x', status: 'connected', address: 'https://app.example/', tells: null } as const;
const seen = {
  workspaceId: '',
  endUser: { externalId: 'u_1', name: null, email: null },
  connectors: null,
  locale: null,
};
const confirm = {
  connectionId: '',
  connector: { id: 'github', name: 'GITHUB' },
  label: '',
  workspace: '',
  token: 'x',
  person: '',
  identity: null,
  before: 'BOB',
  scopes: [],
};
const problems = gitlab.fields.map(({ key }) => ({ key, message: `missing required field: ${key}` }));
const failures = [
  new Failure('BAD_REQUEST', 'SAID', { details: { problems } }),
  new Failure('BAD_REQUEST', 'SAID'),
  new Failure('INVALID_INPUT', 'SAID'),
  new Failure('PROVIDER_UNAVAILABLE', 'SAID'),
  new Failure('CONFLICT', 'SAID'),
  new Failure('CONFLICT', 'SAID', { details: { another_account: 'BOB' } }),
  new Failure('RATE_LIMITED', 'SAID', { retryAfter: 3 }),
];
const refused = (failure: Failure) =>
  connectorPage(face, { place, link, foot, tried: tried(face, place, { error: failure, values: new Map() }) });
const opened = (purpose: 'connect' | 'reconnect' | 'step_up' | 'approve', only = false) =>
  openPage(face, { link: { ...seen, purpose }, token: 'x', only: only ? gitlab : undefined, openerOrigin: null });
const explained = { status: 400, values: new Map<string, string>(), wrong: new Map(), asksAnother: false };

const pages: Readonly<Record<string, PageAnswer>> = {
  connect: opened('connect'),
  one: opened('connect', true),
  reconnect: opened('reconnect'),
  step_up: opened('step_up'),
  approve: opened('approve'),
  ...Object.fromEntries(
    (['unknown', 'used', 'expired', 'revoked', 'origin'] as const).map((closed) => [
      closed,
      closedPage(face, closed, 'https://evil.example'),
    ]),
  ),
  'no session': noSessionPage(face),
  'another link': otherLinkPage(face),
  choose: choosePage(face, {
    offered: Array.from({ length: 40 }, () => ({ connector: gitlab, ways: ['pat'] as const })),
    search: 'git',
    foot,
  }),
  'nothing found': choosePage(face, { offered: [], search: 'NOTHING', foot }),
  again: againPage(face, { connector: gitlab, own: [own], foot }),
  nowhere: nowherePage(face),
  'values to fill in': connectorPage(face, { place, link, foot }),
  'a sign-in': connectorPage(face, { place: signedIn, link, foot }),
  'a database': connectorPage(face, {
    place: { ...place, connector: shippedConnector('postgres'), way: 'conn_string' },
    link,
    foot,
  }),
  'signing in anew': connectorPage(face, {
    place: { ...place, connection: own },
    link: { ...link, purpose: 'step_up' },
    foot,
  }),
  'a sign-in that failed': connectorPage(face, {
    place: signedIn,
    link,
    foot,
    tried: { ...explained, notice: noticeOf(explain(face, 'SAID')) },
  }),
  'a sign-in elsewhere': signInRefusedPage(face, 'SAID'),
  account: accountPage(face, { facts: confirm, connector: github, link, foot }),
  done: donePage(face, { connector: 'GITHUB', identity: 'ADA', back }),
  'done without a way back': donePage(face, { connector: 'GITHUB', identity: null, back: { ...back, address: null } }),
  cancelled: cancelledPage(face, back),
  ...Object.fromEntries(failures.map((failure, index) => [`refusal ${index}`, refused(failure)])),
};

it.each(Object.keys(pages))('the page "%s" says nothing that is in no language', (name) => {
  covers('connect-links/languages');
  const { body = '' } = pages[name] ?? {};
  expect(body).toContain('⦑');
  expect(ownTextOf(body)).toEqual([]);
});

it('a text of a page that is in no language is found', () => {
  expect(ownTextOf(String(html`<p>⦑Yes⦒ <b>No</b> <bdi>ADA</bdi></p>`))).toEqual(['No']);
});

/** What a page says besides its sentences: not what others called things, nor names, codes, and the tab's. */
function ownTextOf(body: string): readonly string[] {
  const shown = body
    .replace(/^[\s\S]*<body>/, '')
    .replaceAll(/<bdi>[\s\S]*?<\/bdi>|<code>[\s\S]*?<\/code>|<option[\s\S]*?<\/option>|<svg[\s\S]*?<\/svg>/g, '')
    .replaceAll(/<[^>]*>/g, ' ');
  const attributes = [...body.matchAll(/\s(?:alt|title|aria-label)="([^"]+)"/g)].map(([, text = '']) => text);
  return [
    ...withoutSentences(shown)
      .split(/\s+/)
      .filter((word) => /\p{L}/u.test(word)),
    ...attributes,
  ];
}

/** One may stand in another. */
function withoutSentences(text: string): string {
  const less = text.replaceAll(/⦑[^⦑⦒]*⦒/g, ' ');
  return less === text ? text : withoutSentences(less);
}
