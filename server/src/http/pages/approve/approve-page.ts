import type { EndUser } from '../../../access/end-users/end-user-store.ts';
import { approvePath } from '../../../approvals/approval.ts';
import { visibleJson, visibleText } from '../../../approvals/visible-text.ts';
import type { Connector } from '../../../catalog/connector.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { SeenApproval } from '../../../tools/approving/see-approval.ts';
import type { Outcome } from '../../../transports/outcome.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import type { PageAnswer } from '../frame/page.ts';
import { factList } from '../frame/parts.ts';
import { english, type Face, facePage, forWhom } from '../link/link-face.ts';
import { argumentList } from './argument-list.ts';
import { whatBecame } from './what-became.ts';

/** Characters. */
export const mostInNote = 500;

/** Everything the page of one approval shows. */
export interface ApproveFacts {
  readonly seen: SeenApproval;
  readonly args: JsonObject;
  /** What became of it, once it no longer waits. */
  readonly outcome: Outcome | undefined;
  /** Absent where it was taken out of the catalog since. */
  readonly connector: Connector | undefined;
  readonly endUser: EndUser;
  /** Where the app wants them back. */
  readonly back: URL | undefined;
  /** The origin of the window that is told what became of it; null where none is. */
  readonly tells: string | null;
  /** What is wrong with what was sent, in a sentence. */
  readonly wrong?: Markup | undefined;
}

/** Shows an end user the exact call that waits for them, and takes their decision. */
export function approvePage(face: Face, facts: ApproveFacts): PageAnswer {
  const { approval, refusal } = facts.seen;
  if (approval.status !== 'pending' || refusal !== undefined) return settledPage(face, facts);
  const { say, text } = face;
  return facePage(face, {
    status: facts.wrong === undefined ? 200 : 400,
    title: text('title_approve'),
    heading: say('approve_heading', { tool: english(approval.toolLabel) }),
    body: html`${facts.wrong && html`<div class="notice wrong" role="alert"><p>${facts.wrong}</p></div>`}
      ${about(face, facts)}
      <h2>${say('approve_will_send')}</h2>
      ${sent(face, facts)} ${form(face, approval.id)}
      <p class="quiet">${say('approve_unexpected')}</p>`,
    foot: forWhom(face, facts.endUser),
  });
}

/** The same call, and what became of it. */
function settledPage(face: Face, facts: ApproveFacts): PageAnswer {
  const { title, told } = whatBecame(face, { ...facts, where: nameOf(facts) });
  return facePage(face, {
    status: 200,
    title,
    body: html`${told} ${tidings(facts)} ${wayBack(face, facts)} ${about(face, facts)}
      <h2>${face.say('approve_would_send')}</h2>
      ${sent(face, facts)}`,
  });
}

function nameOf({ connector, seen: { connection } }: ApproveFacts): string {
  return connector?.name ?? connection.label;
}

function about({ say, text, app }: Face, facts: ApproveFacts): Markup {
  const { approval, connection } = facts.seen;
  return factList([
    [text('approve_at'), english(nameOf(facts))],
    [text('account'), html`<span class="who">${foreign(connection.identity ?? connection.label)}</span>`],
    [text('approve_tool'), html`${english(approval.toolLabel)} <code>${foreign(approval.tool)}</code>`],
    [text('approve_does'), html`<strong>${say(effectOf(approval))}</strong>`],
    [text('approve_asked_by'), say('approve_program', { app: foreign(app) })],
    [text('approve_asked_at'), moment(approval.createdAt)],
    [text('approve_until'), moment(approval.expiresAt)],
    [text('approve_goes_to'), html`<code>${foreign(approval.target)}</code>`],
  ]);
}

function effectOf({ effect, destructive }: SeenApproval['approval']) {
  if (destructive) return 'approve_destroys';
  return effect === 'write' ? 'approve_writes' : 'approve_reads';
}

/** To the minute, in the one time that is the same everywhere. */
function moment(at: string): Markup {
  return html`<time datetime="${at}">${at.slice(0, 10)}, ${at.slice(11, 16)} UTC</time>`;
}

function sent({ say }: Face, { args }: ApproveFacts): Markup {
  if (Object.keys(args).length === 0) return html`<p class="quiet">${say('approve_no_arguments')}</p>`;
  const hides = JSON.stringify(visibleJson(args)) !== JSON.stringify(args);
  const example = html`<code>${visibleText('\u202E')}</code>`;
  return html`${hides && html`<div class="notice wrong"><p>${say('approve_written_out', { example })}</p></div>`}
  ${argumentList(args)}`;
}

/** The note is a text of several lines, so that the Enter key in it decides nothing. */
function form({ say }: Face, id: string): Markup {
  return html`<form method="post" action="${approvePath(id)}">
    <label for="note">${say('approve_note')}</label>
    <p class="hint" id="note-hint">${say('approve_note_hint')}</p>
    <textarea
      id="note"
      name="note"
      rows="2"
      maxlength="${mostInNote}"
      autocomplete="off"
      aria-describedby="note-hint"
    ></textarea>
    <div class="buttons">
      <button class="button main" type="submit" name="decision" value="approve">${say('approve_yes')}</button>
      <button class="button" type="submit" name="decision" value="decline">${say('approve_no')}</button>
    </div>
  </form>`;
}

/** For the script of the page: the id and what became of it, nothing else (S19). What is still on its way is not told. */
function tidings({ tells, seen: { approval } }: ApproveFacts): Markup | undefined {
  if (approval.status === 'pending' || approval.status === 'executing') return undefined;
  return html`<div data-finished="${approval.status}" data-approval="${approval.id}" data-tells="${tells ?? ''}"></div>`;
}

function wayBack({ say }: Face, { back }: ApproveFacts): Markup {
  if (back === undefined) return html`<p>${say('close_window')}</p>`;
  const host = foreign(back.host);
  return html`<div class="buttons"><a class="button main" href="${back.href}">${say('back_to', { host })}</a></div>`;
}
