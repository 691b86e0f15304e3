import { z } from 'zod';
import { roleAtLeast } from '../../access/caller.ts';
import { listCalls } from '../../calls/call-store.ts';
import { listEvents } from '../../events/event-store.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { callItem, callStatuses, eventItem, showCall, showEvent } from '../shapes/record.ts';

const tag = 'Records';
const text = z.string().max(200).optional();
const time = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at).toISOString())
  .optional();

const events = route({
  name: 'listEvents',
  method: 'GET',
  path: '/api/v1/events',
  summary: 'What was changed in the workspace and by whom, newest first.',
  tag,
  access: { role: 'ADMIN', scope: 'events:read' },
  query: z.strictObject({ ...pageQuery.shape, type: text, subject: text, actor: text }),
  answers: { 200: listOf(eventItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({ status: 200, body: showPage(await listEvents(ctx.db, query), showEvent) }),
});

const calls = route({
  name: 'listCalls',
  method: 'GET',
  path: '/api/v1/calls',
  summary: 'Tool calls, newest first: one’s own, for MANAGER and above everybody’s.',
  tag,
  access: { role: 'VIEWER', scope: 'calls:read' },
  query: z.strictObject({
    ...pageQuery.shape,
    connection_id: text,
    connector_id: text,
    tool: text,
    status: z.enum(callStatuses).optional(),
    principal: text,
    since: time,
    until: time,
  }),
  answers: { 200: listOf(callItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query: { connection_id: connectionId, connector_id: connectorId, ...query } }) => {
    const userId = roleAtLeast(ctx.caller.role, 'MANAGER') ? undefined : ctx.caller.userId;
    await ctx.calls.flush();
    const page = await listCalls(ctx.db, { ...query, connectionId, connectorId, userId });
    return { status: 200, body: showPage(page, showCall) };
  },
});

export const recordRoutes: readonly Route[] = [events, calls];
