import { z } from 'zod';
import { approvalStatuses } from '../../approvals/approval.ts';
import { effects } from '../../catalog/format/tool.ts';
import type { SeenApproval } from '../../tools/approving/see-approval.ts';
import { connectionRef, showConnectionRef } from './connection-ref.ts';

/** A call that waits or waited for a person. */
export const approvalItem = z.object({
  id: z.uuid(),
  status: z.enum(approvalStatuses),
  tool: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  connection: connectionRef,
  target: z.string().describe('Method and resolved address of the call.'),
  requested_by: z.string().describe('The credential that asked.'),
  requested_user_id: z.string(),
  decided_by: z.string().nullable(),
  decided_at: z.iso.datetime().nullable(),
  note: z.string().nullable(),
  may_decide: z.boolean(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

/** With the exact arguments, for whoever looks at one. */
export const approvalDetail = approvalItem.extend({
  arguments: z.record(z.string(), z.unknown()),
  refusal: z.string().nullable().describe('Why the caller may not decide it; null where they may.'),
});

export function showApproval({ approval, connection, refusal }: SeenApproval): z.output<typeof approvalItem> {
  return {
    id: approval.id,
    status: approval.status,
    tool: approval.tool,
    type: approval.effect,
    destructive: approval.destructive,
    connection: showConnectionRef(connection),
    target: approval.target,
    requested_by: approval.principal,
    requested_user_id: approval.userId,
    decided_by: approval.decidedBy,
    decided_at: approval.decidedAt,
    note: approval.decisionNote,
    may_decide: refusal === undefined && approval.status === 'pending',
    created_at: approval.createdAt,
    expires_at: approval.expiresAt,
  };
}
