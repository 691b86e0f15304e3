import { z } from 'zod';
import { approvalStatuses } from '../../approvals/approval.ts';
import { visibleJson, visibleText } from '../../approvals/visible-text.ts';
import { effects } from '../../catalog/format/tool.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { SeenApproval } from '../../tools/approving/see-approval.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { connectionRef, showConnectionRef } from './connection-ref.ts';

const written = 'with every character that a reader would not see written out, as ⟦U+202E⟧.';

const endUserRef = z.object({ id: z.string() });

/** A call that waits or waited for a person. */
export const approvalItem = z.object({
  id: z.uuid(),
  status: z.enum(approvalStatuses),
  tool: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  connection: connectionRef,
  target: z.string().describe('Method and resolved address of the call.'),
  shown: z
    .object({ tool: z.string(), connection: z.string(), target: z.string() })
    .describe(`What the tool is called, the label of the connection and the target, ${written}`),
  requested_by: z.string().describe('The credential that asked.'),
  requested_user_id: z.string(),
  end_user: endUserRef
    .nullable()
    .describe('The end user of an app for whom it was asked, as the app calls them; null where it was for none.'),
  decided_by: z.string().nullable(),
  decided_by_end_user: endUserRef.nullable().describe('The end user who decided: on our page, or as the app says.'),
  decided_at: z.iso
    .datetime()
    .nullable()
    .describe('When it was decided, and where it was approved, when it was begun.'),
  note: z.string().nullable(),
  may_decide: z.boolean(),
  acknowledged_by: z.string().nullable().describe('Who has looked after an unknown outcome.'),
  acknowledged_at: z.iso.datetime().nullable(),
  acknowledgement_note: z.string().nullable(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

/** With the exact arguments, for whoever looks at one. */
export const approvalDetail = approvalItem.extend({
  arguments: z.record(z.string(), z.unknown()).describe('As they would be sent.'),
  shown_arguments: z.record(z.string(), z.unknown()).describe(`The whole arguments ${written}`),
  has_invisible: z.boolean().describe('Whether anything of it had to be written out.'),
  refusal: z.string().nullable().describe('Why the caller may not decide it; null where they may.'),
  outcome: z
    .object({ status: z.string(), reason: z.string().nullable(), message: z.string().nullable() })
    .nullable()
    .describe('What became of it, without what the provider answered; null while it waits or is being carried out.'),
});

export function showApproval(seen: SeenApproval): z.output<typeof approvalItem> {
  const { approval, connection, refusal } = seen;
  return {
    id: approval.id,
    status: approval.status,
    tool: approval.tool,
    type: approval.effect,
    destructive: approval.destructive,
    connection: showConnectionRef(connection),
    target: approval.target,
    shown: {
      tool: visibleText(approval.toolLabel),
      connection: visibleText(connection.label),
      target: visibleText(approval.target),
    },
    requested_by: approval.principal,
    requested_user_id: approval.userId,
    end_user: seen.endUser && { id: seen.endUser.externalId },
    decided_by: approval.decidedBy,
    decided_by_end_user: deciding(seen),
    decided_at: approval.decidedAt,
    note: approval.decisionNote,
    may_decide: refusal === undefined && approval.status === 'pending',
    acknowledged_by: approval.acknowledgedBy,
    acknowledged_at: approval.acknowledgedAt,
    acknowledgement_note: approval.acknowledgementNote,
    created_at: approval.createdAt,
    expires_at: approval.expiresAt,
  };
}

/** On the connection of an end user nobody else decides. */
function deciding({ approval, connection: { endUser } }: SeenApproval): z.output<typeof endUserRef> | null {
  return endUser !== null && approval.decidedUserId === endUser.id ? { id: endUser.externalId } : null;
}

/** One approval with everything a person needs to decide it, or to see what became of it. */
export function showApprovalDetail(
  seen: SeenApproval,
  { args, outcome }: { readonly args: JsonObject; readonly outcome: Outcome | undefined },
): z.output<typeof approvalDetail> {
  const { approval, connection, refusal } = seen;
  const shownArguments = z.record(z.string(), z.unknown()).parse(visibleJson(args));
  const raw = { args, tool: approval.toolLabel, connection: connection.label, target: approval.target };
  return {
    ...showApproval(seen),
    arguments: args,
    shown_arguments: shownArguments,
    has_invisible: JSON.stringify(visibleJson(raw)) !== JSON.stringify(raw),
    refusal: refusal ?? null,
    outcome: outcome === undefined ? null : showOutcome(outcome),
  };
}

function showOutcome(outcome: Outcome): NonNullable<z.output<typeof approvalDetail>['outcome']> {
  return {
    status: outcome.status,
    reason: 'reason' in outcome ? outcome.reason : null,
    message: 'message' in outcome ? outcome.message : null,
  };
}
