import type { Approval, ListedApproval } from '../../../sdk/src/index.ts';
import { plain, plainLines, table } from '../terminal.ts';

/** Approvals as rows. What would mislead a reader is written out by the server. */
export function approvalRows(approvals: readonly ListedApproval[]): string {
  const rows = approvals.map(({ id, status, shown, created_at: at, requested_by: by }) => [
    id,
    status,
    shown.tool,
    shown.connection,
    by,
    at,
  ]);
  return table([['ID', 'STATUS', 'TOOL', 'CONNECTION', 'ASKED BY', 'SINCE'], ...rows]);
}

/** One approval with everything that a person has to see before they decide. */
export function approvalText(approval: Approval): string {
  const { shown, refusal, outcome, note } = approval;
  const facts = table([
    ['Status', approval.status],
    ['Tool', `${shown.tool}${approval.destructive ? ' (destroys something)' : ''}`],
    ['Connection', shown.connection],
    ['As', approval.connection.account ?? '-'],
    ['Sends', shown.target],
    ['Asked by', `${approval.requested_by}, at ${approval.created_at}`],
    ['Until', approval.expires_at],
    ...(note === null ? [] : [['Note', note]]),
    ...(outcome === null ? [] : [['Outcome', [outcome.status, outcome.message ?? ''].join(' ').trim()]]),
    ...(refusal === null || approval.status !== 'pending' ? [] : [['Yours?', `No. ${refusal}`]]),
  ]);
  const warning = approval.has_invisible ? 'Parts of it cannot be seen; they are written out as ⟦…⟧.\n' : '';
  return `${facts}${warning}${plainLines(JSON.stringify(approval.shown_arguments, null, 2))}\n`;
}

/** What became of an approval, in a line. */
export function decisionLine({ id, status, shown }: ListedApproval): string {
  return `${plain(shown.tool)} on ${plain(shown.connection)} is ${plain(status)} (${plain(id)}).\n`;
}
