import { z } from 'zod';
import { approvalStatuses } from '../../approvals/approval.ts';
import { acknowledgeOutcome } from '../../tools/approving/acknowledge-approval.ts';
import { approveCall, declineCall } from '../../tools/approving/decide-approval.ts';
import { decideMany } from '../../tools/approving/decide-many.ts';
import { linkLife } from '../../links/connect-links/create-connect-link.ts';
import { listApprovals } from '../../tools/approving/list-approvals.ts';
import { makeApprovalLink } from '../../tools/approving/make-approval-link.ts';
import { argumentsOf, outcomeOf, seeApproval } from '../../tools/approving/see-approval.ts';
import { route, type Route } from '../route.ts';
import { approvalDetail, approvalItem, showApproval, showApprovalDetail } from '../shapes/approval.ts';
import { endUserId } from '../shapes/end-user.ts';
import { decidedItem, showDecided } from '../shapes/decided.ts';

const tag = 'Approvals';
/** Who decides reads what is decided. */
const read = { role: 'MEMBER', scope: 'approvals:read', orScope: 'approvals:decide' } as const;
const decide = { role: 'MEMBER', scope: 'approvals:decide' } as const;
const params = z.object({ id: z.uuid() });
const note = z.string().trim().max(500).optional();
const decidedBy = z
  .strictObject({ id: endUserId })
  .optional()
  .describe(
    'For the connection of an end user: who decided, by the id your app has for them. For every other: nothing.',
  );
const decision = z.strictObject({
  note: note.describe('For the record, and for the asker where it is declined.'),
  decided_by: decidedBy,
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
    connection: z.uuid().optional(),
    tool: z.string().min(1).max(128).optional().describe('The name of a tool, without its connection.'),
    requester: z
      .union([z.uuid(), z.string().regex(/^(key|session|jwt|end_user):[\w-]{1,100}$/)])
      .optional()
      .describe('A credential as `requested_by` has it, or the id of a person.'),
    end_user: endUserId
      .optional()
      .describe('What was asked for this end user. A key for deciding sees it only where it names them.'),
    limit: z.coerce.number().int().min(1).max(100).default(25),
    cursor: z.uuid().optional(),
  }),
  answers: { 200: z.object({ data: z.array(approvalItem), next_cursor: z.string().nullable() }) },
  failures: [],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { query: { cursor, end_user: endUser, ...wish } }) => {
    const page = await listApprovals(ctx, { ...wish, endUser, before: cursor });
    return { status: 200, body: { data: page.items.map(showApproval), next_cursor: page.next ?? null } };
  },
});

const get = route({
  name: 'getApproval',
  method: 'GET',
  path: '/api/v1/approvals/:id',
  summary: 'One approval with the exact arguments of its call, as they are and as a person can see them.',
  tag,
  access: read,
  params,
  answers: { 200: approvalDetail },
  failures: ['NOT_FOUND'],
  audit: 'none',
  endUsers: true,
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { found }) => {
    const [args, outcome] = await Promise.all([argumentsOf(ctx, found), outcomeOf(ctx, found)]);
    return { status: 200, body: showApprovalDetail(found, { args, outcome }) };
  },
});

/** What approving, declining and acknowledging have in common. */
const deciding = {
  method: 'POST',
  tag,
  access: decide,
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
    const seen = await approveCall(ctx, { id: params.id, note: body.note, decidedBy: body.decided_by });
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
    const seen = await declineCall(ctx, { id: params.id, note: body.note, decidedBy: body.decided_by });
    return { status: 200, body: showApproval(seen) };
  },
});

const acknowledge = route({
  ...deciding,
  name: 'acknowledgeOutcome',
  path: '/api/v1/approvals/:id/acknowledge',
  summary: 'Marks a call of which nobody knows whether it happened as looked after. It runs nothing.',
  audit: 'approval.acknowledged',
  body: z
    .strictObject({ note: note.describe('What was found out, for the record.'), decided_by: decidedBy })
    .default({}),
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { params, body }) => {
    const seen = await acknowledgeOutcome(ctx, { id: params.id, note: body.note, decidedBy: body.decided_by });
    return { status: 200, body: showApproval(seen) };
  },
});

const link = route({
  name: 'createApprovalLink',
  method: 'POST',
  path: '/api/v1/approvals/:id/link',
  summary: 'Makes a link that opens, once, the page on which the end user decides this call.',
  tag,
  access: decide,
  params,
  body: z
    .strictObject({
      expires_in: z
        .number()
        .int()
        .min(linkLife.least)
        .max(linkLife.most)
        .optional()
        .describe('Seconds in which it can be opened; never longer than the call waits. Default: 900.'),
      return_url: z
        .string()
        .max(2_000)
        .optional()
        .describe('Where the page leads back to: on an origin that the workspace registered.'),
      locale: z
        .string()
        .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i)
        .optional()
        .describe('The language of the page (BCP 47). Default: what the browser asks for.'),
    })
    .default({}),
  answers: { 201: z.object({ id: z.uuid(), url: z.url(), expires_at: z.iso.datetime() }) },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connect_link.created',
  showsSecretOnce: '/id',
  find: (ctx, { params }) => seeApproval(ctx, params.id),
  answer: async (ctx, { params, body: { expires_in: expiresIn, return_url: returnUrl, locale } }) => {
    const made = await makeApprovalLink(ctx, { id: params.id, expiresIn, returnUrl, locale });
    return { status: 201, body: { id: made.id, url: made.url, expires_at: made.expiresAt } };
  },
});

const decideSeveral = route({
  name: 'decideApprovals',
  method: 'POST',
  path: '/api/v1/approvals/decisions',
  summary: 'Decides up to 50 calls in the order given, each by itself and with an outcome of its own.',
  tag,
  access: decide,
  body: z.strictObject({
    decisions: z
      .array(decision.extend({ id: z.uuid(), decision: z.enum(['approve', 'decline']) }))
      .min(1)
      .max(50),
  }),
  answers: { 200: z.object({ data: z.array(decidedItem) }) },
  failures: [],
  audit: 'approval.approved',
  example: { body: { decisions: [{ id: '018f0000-0000-7000-8000-000000000001', decision: 'decline' }] } },
  answer: async (ctx, { body }) => {
    const verdicts = body.decisions.map(({ decided_by, ...verdict }) => ({ ...verdict, decidedBy: decided_by }));
    const decided = await decideMany(ctx, verdicts);
    return { status: 200, body: { data: decided.map(showDecided) } };
  },
});

export const approvalRoutes: readonly Route[] = [list, get, decideSeveral, approve, decline, acknowledge, link];
