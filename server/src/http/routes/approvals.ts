import { z } from 'zod';
import { approvalStatuses } from '../../approvals/approval.ts';
import { approveCall, declineCall } from '../../tools/approving/decide-approval.ts';
import { argumentsOf, listApprovals, seeApproval } from '../../tools/approving/see-approval.ts';
import { route, type Route } from '../route.ts';
import { approvalDetail, approvalItem, showApproval } from '../shapes/approval.ts';

const tag = 'Approvals';
const read = { role: 'MEMBER', scope: 'approvals:read' } as const;
const params = z.object({ id: z.uuid() });
const decision = z.strictObject({
  note: z.string().trim().max(500).optional().describe('For the record, and for the asker where it is declined.'),
});

const list = route({
  name: 'listApprovals',
  method: 'GET',
  path: '/api/v1/approvals',
  summary: 'Calls that wait or waited for a person, newest first.',
  tag,
  access: read,
  query: z.object({
    status: z.enum(approvalStatuses).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(25),
    cursor: z.uuid().optional(),
  }),
  answers: { 200: z.object({ data: z.array(approvalItem), next_cursor: z.string().nullable() }) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const page = await listApprovals(ctx, { status: query.status, limit: query.limit, before: query.cursor });
    return { status: 200, body: { data: page.items.map(showApproval), next_cursor: page.next ?? null } };
  },
});

const get = route({
  name: 'getApproval',
  method: 'GET',
  path: '/api/v1/approvals/:id',
  summary: 'One approval with the exact arguments of its call.',
  tag,
  access: read,
  params,
  answers: { 200: approvalDetail },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { found }) => {
    const args = await argumentsOf(ctx, found);
    return { status: 200, body: { ...showApproval(found), arguments: args, refusal: found.refusal ?? null } };
  },
});

/** What approving and declining have in common. */
const deciding = {
  method: 'POST',
  tag,
  access: { role: 'MEMBER', scope: 'approvals:decide' },
  params,
  body: decision.default({}),
  answers: { 200: approvalItem },
  failures: ['NOT_FOUND', 'CONFLICT'],
} as const;

const approve = route({
  ...deciding,
  name: 'approveCall',
  path: '/api/v1/approvals/:id/approve',
  summary: 'Approves a waiting call and runs exactly what was stored, once.',
  audit: 'approval.approved',
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { params, body }) => {
    const seen = await approveCall(ctx, { id: params.id, note: body.note });
    return { status: 200, body: showApproval(seen) };
  },
});

const decline = route({
  ...deciding,
  name: 'declineCall',
  path: '/api/v1/approvals/:id/decline',
  summary: 'Declines a waiting call: it never runs.',
  audit: 'approval.declined',
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { params, body }) => {
    const seen = await declineCall(ctx, { id: params.id, note: body.note });
    return { status: 200, body: showApproval(seen) };
  },
});

export const approvalRoutes: readonly Route[] = [list, get, approve, decline];
