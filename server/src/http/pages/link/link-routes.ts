import { approvePath } from '../../../approvals/approval.ts';
import { Failure } from '../../../errors.ts';
import { connectBySigningIn, connectByValues } from '../../../links/connect-links/steps/begin-connection.ts';
import { decideAccount } from '../../../links/connect-links/steps/decide-account.ts';
import { wayBack } from '../../../links/connect-links/steps/way-back.ts';
import {
  type AtConnector,
  type LinkChoice,
  type LinkPlace,
  whereLinkStands,
} from '../../../links/connect-links/steps/where-link-stands.ts';
import { foreign, html } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute } from '../visit/page-route.ts';
import { accountPage } from './account-page.ts';
import { againPage, choosePage, nowherePage } from './choose-page.ts';
import { colourSheet } from './colour-sheet.ts';
import { countGuest } from './count-guest.ts';
import { connectorPage } from './connector/connector-page.ts';
import { cancelledPage, donePage } from './done-page.ts';
import { facePage, keepingOpener } from './link-face.ts';
import { type LinkVisit, withForm, withLink } from './link-visit.ts';
import { openRoutes } from './opening/open-routes.ts';
import { explain, noticeOf, tried } from './refused.ts';
import { fieldsAsked, readValues } from './connector/value-fields.ts';

/** `/link`: what the browser that opened a link sees and does, step by step. */
export const linkRoutes: readonly PageRoute[] = [
  colourSheet,
  { method: 'GET', path: '/link', answer: (visit) => withLink(visit, show) },
  { method: 'POST', path: '/link/values', answer: (visit) => withForm(visit, sendValues) },
  { method: 'POST', path: '/link/sign-in', answer: (visit) => withForm(visit, signIn) },
  { method: 'POST', path: '/link/account', answer: (visit) => withForm(visit, decide) },
  ...openRoutes,
];

async function show(at: LinkVisit): Promise<PageAnswer> {
  const { ctx, session, visit } = at;
  const place = await whereLinkStands(ctx, session, choiceIn(visit.query));
  return visit.query.has('cancelled') && place.at !== 'finished' ? cancelled(at) : pageOf(at, place);
}

async function cancelled({ ctx, face, session }: LinkVisit): Promise<PageAnswer> {
  return cancelledPage(face, await wayBack(ctx, session.link, { connectionId: null, status: 'cancelled' }));
}

function choiceIn(from: URLSearchParams): LinkChoice {
  const given = (name: string) => from.get(name) ?? undefined;
  const another = from.has('another');
  return {
    connector: given('connector'),
    way: given('way'),
    connection: given('connection'),
    another,
    anew: from.has('choose'),
  };
}

async function pageOf(at: LinkVisit, place: LinkPlace): Promise<PageAnswer> {
  const { face, session, visit, foot } = at;
  const { link } = session;
  switch (place.at) {
    case 'approval':
      return keepingOpener(goOn(approvePath(place.approvalId)));
    case 'finished':
      return done(at, place);
    case 'account':
      return accountPage(face, { ...place, link, foot });
    case 'choose':
      return choosePage(face, { ...place, search: (visit.query.get('q') ?? '').slice(0, 60), foot });
    case 'again':
      return againPage(face, { ...place, foot });
    case 'connector':
      return connectorPage(face, { place, link, foot, tried: before(at, place) });
    case 'nowhere':
      return nowherePage(face);
  }
}

/** What became of the attempt before, above the form for another. */
function before({ face }: LinkVisit, { problem }: AtConnector) {
  if (problem === null) return undefined;
  const notice = noticeOf(explain(face, problem));
  return { status: 200, values: new Map<string, string>(), wrong: new Map(), notice, asksAnother: false };
}

type Finished = Extract<LinkPlace, { at: 'finished' }>;

async function done({ ctx, face, session }: LinkVisit, { connection, connector }: Finished): Promise<PageAnswer> {
  const result = { connectionId: connection.id, status: 'connected' } as const;
  return donePage(face, {
    connector: connector?.name ?? connection.label,
    identity: connection.identity,
    back: await wayBack(ctx, session.link, result),
  });
}

/** Probes what was filled in. Where it is refused, the same form says why. */
function sendValues(at: LinkVisit): Promise<PageAnswer> {
  return atConnector(at, async ({ place, filled }) => {
    await connectByValues(at.ctx, at.session, { place, filled });
    return keepingOpener(goOn('/link'));
  });
}

/** Sends the browser on to the provider, with a page and no redirect: browsers hold those of a form against `form-action`. */
function signIn(at: LinkVisit): Promise<PageAnswer> {
  return atConnector(at, async ({ place, filled }) => {
    const address = new URL(await connectBySigningIn(at.ctx, at.session, { place, filled }));
    if (address.protocol !== 'https:' && address.protocol !== 'http:')
      throw new Error(`A page of ours cannot lead to ${address.protocol}`);
    const { face } = at;
    return facePage(face, {
      status: 200,
      title: face.text('leading', { host: address.host }),
      onward: address.href,
      body: html`<p>${face.say('leading_text')}</p>
        <p><a href="${address.href}">${face.say('leading_link', { host: foreign(address.host) })}</a></p>`,
    });
  });
}

type Filled = Parameters<typeof connectByValues>[2];

/** What a form is about and what it says, where the link still stands there; else where it stands now. */
async function atConnector(at: LinkVisit, answer: (filled: Filled) => Promise<PageAnswer>): Promise<PageAnswer> {
  const { ctx, session, face, foot, visit } = at;
  const place = await whereLinkStands(ctx, session, { ...choiceIn(visit.form), another: true });
  const way = visit.form.get('way');
  if (place.at !== 'connector' || place.connector.id !== visit.form.get('connector') || place.way !== way)
    return keepingOpener(goOn('/link'));
  const fields = fieldsAsked(place);
  const values = readValues(visit.form, fields);
  try {
    countGuest(visit.edge, session);
    return await answer({ place, filled: { fields: values, confirmsAccount: visit.form.get('another') === 'yes' } });
  } catch (error) {
    const shown = tried(face, place, { error, values: new Map(Object.entries(values)) });
    return connectorPage(face, { place, link: session.link, foot, tried: shown });
  }
}

/** Takes the word of whoever saw whose account came back; for that account alone. */
async function decide(at: LinkVisit): Promise<PageAnswer> {
  const { ctx, session, visit } = at;
  const accept = visit.form.get('accept');
  if (accept !== 'yes' && accept !== 'no')
    throw new Failure('BAD_REQUEST', 'Say whether the account is the right one: press one of the two buttons.');
  const place = await whereLinkStands(ctx, session, {});
  const token = visit.form.get('sign_in');
  if (place.at === 'account' && place.facts.token === token)
    await decideAccount(ctx, session, { token, accept: accept === 'yes' });
  return keepingOpener(goOn('/link'));
}
