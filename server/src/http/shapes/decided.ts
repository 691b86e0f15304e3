import { z } from 'zod';
import { type ApprovalStatus, approvalStatuses } from '../../approvals/approval.ts';
import { failureStatus } from '../../errors.ts';
import type { Decided } from '../../tools/approving/decide-many.ts';
import { approvalItem, showApproval } from './approval.ts';

/** What became of one of several decisions: the approval as it is now, or why it was not decided. */
export const decidedItem = z.union([
  z.object({ id: z.uuid(), approval: approvalItem }),
  z.object({
    id: z.uuid(),
    error: z.object({
      code: z.enum(Object.keys(failureStatus)),
      message: z.string(),
      status: z.enum(approvalStatuses).exactOptional().describe('What it is, where it no longer waits.'),
    }),
  }),
]);

export function showDecided(decided: Decided): z.output<typeof decidedItem> {
  if ('seen' in decided) return { id: decided.seen.approval.id, approval: showApproval(decided.seen) };
  const { code, message, details } = decided.failure;
  const status = statusIn(details?.['status']);
  return { id: decided.id, error: { code, message, ...(status === undefined ? {} : { status }) } };
}

function statusIn(value: unknown): ApprovalStatus | undefined {
  return approvalStatuses.find((status) => status === value);
}
