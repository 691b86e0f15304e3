import { approvePath } from '../../../approvals/approval.ts';
import { findConnectorOf } from '../../../connections/connector-of.ts';
import type { Context } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import { isUuid } from '../../../lib/ids.ts';
import { finishLink } from '../../../links/connect-links/end-connect-link.ts';
import { type LinkSession, linkSessionOf } from '../../../links/connect-links/link-session.ts';
import { toldOrigin } from '../../../links/connect-links/steps/way-back.ts';
import { mayLeadTo } from '../../../links/origins/may-lead-to.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { approveCall, declineCall } from '../../../tools/approving/decide-approval.ts';
import { argumentsOf, outcomeOf, seeApproval, type SeenApproval } from '../../../tools/approving/see-approval.ts';
import { visitApproval } from '../../../tools/approving/visit-approval.ts';
import { html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { countGuest } from '../link/count-guest.ts';
import { type Face, facePage, faceOf, keepingOpener } from '../link/link-face.ts';
import { goOn } from '../visit/go-on.ts';
import type { PageRoute, PageVisit } from '../visit/page-route.ts';
import { approvePage, mostInNote } from './approve-page.ts';

/** `/approve/:id`, where the link of an app leads: shows its end user one call that waits, and takes their decision. */
export const approveRoutes: readonly PageRoute[] = [
  { method: 'GET', path: approvePath(':id'), answer: (visit) => withApproval(visit, (at) => show(at)) },
  {
    method: 'POST',
    path: approvePath(':id'),
    // What was decided counts, whether or not the browser stays.
    answer: (visit) => withApproval({ ...visit, signal: visit.app.deadline }, decide),
  },
];

/** A browser that opened the link to this approval, at its page. */
interface ApprovalVisit {
  readonly visit: PageVisit;
  readonly ctx: Context;
  readonly session: LinkSession;
  readonly face: Face;
  readonly id: string;
}

/** Without the link to it the page is closed, and looks the same whether there is such a call or not. */
async function withApproval(visit: PageVisit, answer: (at: ApprovalVisit) => Promise<PageAnswer>): Promise<PageAnswer> {
  const { app, params, cookie, signal, request } = visit;
  const { id = '' } = params;
  const accepted = visit.languages;
  const session = isUuid(id) ? await linkSessionOf(app, cookie) : undefined;
  const ctx = session && (await visitApproval(app, session, { approvalId: id, requestId: request.id, signal }));
  if (session === undefined || ctx === undefined) return closedPage(await faceOf(app, { accepted }));
  const { workspaceId, locale } = session.link;
  return answer({ visit, ctx, session, face: await faceOf(app, { workspaceId, locale, accepted }), id });
}

function closedPage(face: Face): PageAnswer {
  const title = face.text('title_approval_closed');
  return facePage(face, { status: 403, title, body: html`<p>${face.say('approval_closed')}</p>` });
}

async function show({ ctx, session, face, id }: ApprovalVisit, wrong?: Markup): Promise<PageAnswer> {
  const seen = await seeApproval(ctx, id);
  const [args, outcome, connector, back, tells] = await Promise.all([
    argumentsOf(ctx, seen),
    outcomeOf(ctx, seen),
    findConnectorOf(ctx, seen.connection),
    wayBack(ctx, session, seen),
    toldOrigin(ctx, session.link),
  ]);
  return approvePage(face, { seen, args, outcome, connector, endUser: session.endUser, back, tells, wrong });
}

/** Where the app said, with the approval and what it is; an origin that was removed since gets nobody (S19). */
async function wayBack(
  { db }: Context,
  { link: { returnUrl } }: LinkSession,
  { approval: { id, status } }: SeenApproval,
): Promise<URL | undefined> {
  if (returnUrl === null || !(await mayLeadTo(db, returnUrl))) return undefined;
  const url = new URL(returnUrl);
  url.searchParams.set('approval_id', id);
  url.searchParams.set('status', status);
  return url;
}

/** Where somebody was faster, or time ran out, the page says what became of it, as it does after every decision. */
async function decide(at: ApprovalVisit): Promise<PageAnswer> {
  const { visit, ctx, session, face, id } = at;
  countGuest(visit.edge, session);
  const note = (visit.form.get('note') ?? '').trim();
  if (note.length > mostInNote) return show(at, face.say('approve_note_long', { count: html`${mostInNote}` }));
  const beside = (trx: WorkspaceTrx) => finishLink(trx, ctx.clock, { link: session.link, connectionId: null });
  try {
    await decisionIn(visit.form)(ctx, { id, note: note === '' ? undefined : note, beside });
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'CONFLICT')) throw error;
    if (error.details?.['status'] === undefined) return show(at, html`${error.message}`);
  }
  return keepingOpener(goOn(approvePath(id)));
}

function decisionIn(form: URLSearchParams): typeof approveCall {
  const decision = form.get('decision');
  if (decision === 'approve') return approveCall;
  if (decision === 'decline') return declineCall;
  throw new Failure('BAD_REQUEST', 'Approve the call or decline it, with the buttons of the page.');
}
