import { approvePath } from '../../../approvals/approval.ts';
import type { SeenApproval } from '../../../tools/approving/see-approval.ts';
import type { Outcome } from '../../../transports/outcome.ts';
import { foreign, html, type Markup } from '../frame/html.ts';
import { english, type Face } from '../link/link-face.ts';

/** What became of a call, as its page says it above the call. */
interface Became {
  readonly title: string;
  readonly told: Markup;
}

interface BecameFacts {
  readonly seen: SeenApproval;
  readonly outcome: Outcome | undefined;
  /** What the call was for, by name. */
  readonly where: string;
}

/** What became of a call that no longer waits, for its end user: in our words, with what was said of a refusal in theirs. */
export function whatBecame(face: Face, facts: BecameFacts): Became {
  const { say, text } = face;
  const { approval, refusal } = facts.seen;
  switch (approval.status) {
    case 'pending':
      return { title: text('title_approval_closed'), told: notice(english(refusal ?? '')) };
    case 'executing': {
      const again = html`<a href="${approvePath(approval.id)}">${say('look_again')}</a>`;
      return { title: text('title_on_its_way'), told: notice(html`${say('on_its_way')} ${again}`) };
    }
    case 'declined':
      return { title: text('title_declined'), told: notice(html`${say('declined_text')}${note(face, facts)}`) };
    case 'expired':
      return { title: text('title_too_late'), told: notice(say('too_late')) };
    case 'voided':
      return { title: text('title_voided'), told: notice(html`${say('voided_text')} ${said(face, facts)}`) };
    case 'outcome_unknown': {
      const connector = english(facts.where);
      return { title: text('title_cut_off'), told: notice(say('cut_off_text', { connector })) };
    }
    case 'done':
      return carriedOut(face, facts);
  }
}

function carriedOut(face: Face, facts: BecameFacts): Became {
  const { say, text } = face;
  if (facts.outcome?.status === 'ok')
    return { title: text('title_carried_out'), told: notice(html`${say('carried_out_text')}${note(face, facts)}`) };
  const refused = say('turned_down_text', { connector: english(facts.where) });
  return { title: text('title_turned_down'), told: notice(html`${refused} ${said(face, facts)}`) };
}

function note({ say }: Face, { seen: { approval } }: BecameFacts): Markup | undefined {
  return approval.decisionNote === null
    ? undefined
    : html` ${say('approve_noted', { note: foreign(approval.decisionNote) })}`;
}

function said({ say }: Face, { outcome }: BecameFacts): Markup | undefined {
  if (outcome === undefined || !('message' in outcome)) return undefined;
  return html`${say('they_say')} ${english(outcome.message)}`;
}

function notice(told: Markup): Markup {
  return html`<div class="notice" role="status"><p>${told}</p></div>`;
}
