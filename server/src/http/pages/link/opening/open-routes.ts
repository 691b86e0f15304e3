import { sessionCookie } from '../../../../links/connect-links/link-session.ts';
import { type ClosedLink, lookAtLink, openLink } from '../../../../links/connect-links/opening/open-link.ts';
import type { PageAnswer } from '../../frame/page.ts';
import { goOn } from '../../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../../visit/page-route.ts';
import { closedPage } from './closed-page.ts';
import { faceOf, keepingOpener } from '../link-face.ts';
import { openPage } from './open-page.ts';

/** `/link/<token>`, the address of a link: a GET shows what it is for, and only the POST of its form opens it (S18). */
export const openRoutes: readonly PageRoute[] = [
  { method: 'GET', path: '/link/*', answer: look },
  { method: 'POST', path: '/link/*', answer: open },
];

async function look(visit: PageVisit): Promise<PageAnswer> {
  const { app, query } = visit;
  const presented = presentedAt(visit, query.get('origin'));
  const seen = await lookAtLink(app, presented);
  if ('closed' in seen) return closed(visit, seen, presented.openerOrigin);
  const { workspaceId, locale, connectors } = seen;
  const face = await faceOf(app, { workspaceId, locale, accepted: visit.languages });
  const [first = '', ...others] = connectors ?? [];
  const only = others.length === 0 ? app.catalog.find(first) : undefined;
  return openPage(face, { link: seen, only, ...presented });
}

/** The token leaves the address bar with this: what the browser keeps instead is a session of its own. */
async function open(visit: PageVisit): Promise<PageAnswer> {
  const { app, form } = visit;
  const presented = presentedAt(visit, form.get('origin'));
  const opened = await openLink(app, presented);
  if ('closed' in opened) return closed(visit, opened, presented.openerOrigin);
  return keepingOpener(goOn('/link', [sessionCookie(app, opened.sessionToken)]));
}

/** Longer than the token of any link. */
const mostCharacters = 16_384;

function presentedAt({ params }: PageVisit, origin: string | null) {
  return { token: (params['*'] ?? '').slice(0, mostCharacters), openerOrigin: origin };
}

async function closed(visit: PageVisit, link: ClosedLink, origin: string | null): Promise<PageAnswer> {
  return closedPage(await faceOf(visit.app, { ...link, accepted: visit.languages }), link.closed, origin);
}
