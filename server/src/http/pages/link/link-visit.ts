import type { Context } from '../../../context.ts';
import { contextOfSession, type LinkSession, linkSessionOf } from '../../../links/connect-links/link-session.ts';
import { noSessionPage, otherLinkPage } from './opening/closed-page.ts';
import { type Face, faceOf, forWhom } from './link-face.ts';
import type { Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import type { PageVisit } from '../visit/page-route.ts';

/** A browser that opened a link, at one of its pages. */
export interface LinkVisit {
  readonly visit: PageVisit;
  readonly session: LinkSession;
  readonly ctx: Context;
  readonly face: Face;
  /** Below every page: who it is for. */
  readonly foot: Markup;
}

/** Answers a browser that opened a link; any other is told to open one first. */
export async function withLink(visit: PageVisit, answer: (at: LinkVisit) => Promise<PageAnswer>): Promise<PageAnswer> {
  const { app, cookie, request, signal } = visit;
  const session = await linkSessionOf(app, cookie);
  if (session === undefined) return noSessionPage(await faceOf(app, { accepted: visit.languages }));
  const { workspaceId, locale } = session.link;
  const face = await faceOf(app, { workspaceId, locale, accepted: visit.languages });
  const ctx = contextOfSession(app, session, { requestId: request.id, signal });
  return answer({ visit, session, ctx, face, foot: forWhom(face, session.endUser) });
}

/**
 * The same for a form: one that belongs to another link than the browser has open does nothing, because that may be somebody
 * else's by now. What was agreed to counts, whether or not the browser stays.
 */
export function withForm(visit: PageVisit, answer: (at: LinkVisit) => Promise<PageAnswer>): Promise<PageAnswer> {
  const { deadline } = visit.app;
  return withLink({ ...visit, signal: deadline }, async (at) => {
    if (visit.form.get('link') !== at.session.link.id) return otherLinkPage(at.face);
    return answer(at);
  });
}
