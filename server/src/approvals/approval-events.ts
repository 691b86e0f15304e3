import type { Effect } from '../catalog/connector.ts';
import '../events/append-event.ts';
import { type ApprovalRow, endUserOf, readSummary } from './approval-store.ts';
import { visibleText } from './visible-text.ts';

/** What every event of an approval says: enough to show what is asked, never its arguments. */
interface About {
  readonly connection_id: string;
  readonly connector: string;
  readonly tool: string;
  /** What the tool is called, with every character that a reader would not see written out. */
  readonly tool_label: string;
  readonly effect: Effect;
  readonly destructive: boolean;
  /** The credential that asked. */
  readonly requested_by: string;
  /** The row of the end user of an app for whom it was asked; null where it was for none. */
  readonly end_user_id: string | null;
  readonly expires_at: string;
}

/** What somebody said of a call: the credential, and the row of the end user who decided, where one did. */
interface Decided extends About {
  readonly note: string | null;
  readonly decided_by: string;
  readonly decided_by_end_user: string | null;
}

declare module '../events/append-event.ts' {
  interface EventTypes {
    'approval.requested': About & { readonly target: string };
    'approval.approved': Decided;
    'approval.declined': Decided;
    /** What became of an approved call. */
    'approval.settled': About & { readonly status: string };
    /** Nobody decided in time. */
    'approval.expired': About;
    /** Nobody can decide it any more. What is voided once it was approved is settled. */
    'approval.voided': About & { readonly reason: 'connection_revoked' | 'end_user_erased' };
    /** It was approved while the process was leaving, had not begun, and waits for its decision again. */
    'approval.returned': About;
    /** A person has seen that nobody knows what became of it. */
    'approval.acknowledged': About & { readonly note: string | null };
  }
}

/** The columns of an approval that its events are made of. */
export const toldColumns = [
  'id',
  'connection_id',
  'connector_id',
  'tool',
  'summary',
  'principal',
  'user_id',
  'expires_at',
] as const;

/** Which approval an event is about, and what of it every event says. */
export function aboutApproval(row: Pick<ApprovalRow, (typeof toldColumns)[number]>): {
  readonly subject: string;
  readonly about: About;
} {
  const { label, effect, destructive } = readSummary(row);
  return {
    subject: `approval:${row.id}`,
    about: {
      connection_id: row.connection_id,
      connector: row.connector_id,
      tool: row.tool,
      tool_label: visibleText(label),
      effect,
      destructive,
      requested_by: row.principal,
      end_user_id: endUserOf(row) ?? null,
      expires_at: row.expires_at,
    },
  };
}
