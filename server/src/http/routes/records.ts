import { z } from 'zod';
import { roleAtLeast } from '../../access/caller.ts';
import { findEndUser, findEndUsers } from '../../access/end-users/end-user-store.ts';
import type { CallRecord } from '../../calls/call-log.ts';
import { type CallQuery, listCalls } from '../../calls/call-store.ts';
import { managesEndUsers } from '../../connections/connection.ts';
import { requireManagesEndUsers } from '../../connections/see-connection.ts';
import type { Context } from '../../context.ts';
import { listEvents } from '../../events/event-store.ts';
import { endUserId } from '../shapes/end-user.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { callItem, callStatuses, eventItem, showEvent, showListedCall } from '../shapes/record.ts';

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
    end_user: endUserId.optional().describe('Of this end user, as their app calls them: MANAGER with end_users:read.'),
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
  endUsers: true,
  answer: async (
    ctx,
    { query: { connection_id: connectionId, connector_id: connectorId, end_user: named, ...query } },
  ) => {
    const whose = await whoseCalls(ctx, named);
    if (whose === undefined) return { status: 200, body: { data: [], next_cursor: null } };
    await ctx.calls.flush();
    const page = await listCalls(ctx.db, { ...query, connectionId, connectorId, ...whose });
    const endUsers = await endUsersOf(ctx, page.items);
    return { status: 200, body: showPage(page, (call) => showListedCall(call, endUsers.get(call.userId))) };
  },
});

/** Whose calls are listed; `undefined` where no app has named them. Throws FORBIDDEN where end users are none of the caller's business. */
async function whoseCalls(
  { db, caller }: Context,
  endUser: string | undefined,
): Promise<Pick<CallQuery, 'userId'> | undefined> {
  if (endUser === undefined) return roleAtLeast(caller.role, 'MANAGER') ? {} : { userId: caller.userId };
  requireManagesEndUsers(caller);
  const found = await findEndUser(db, endUser);
  return found && { userId: found.id };
}

/** The end users among those who called, for whoever may know them: they themselves, and who manages what is theirs. */
async function endUsersOf({ db, caller }: Context, calls: readonly CallRecord[]) {
  const known = managesEndUsers(caller) ? calls.map(({ userId }) => userId) : [caller.endUser?.id ?? []].flat();
  return findEndUsers(db, [...new Set(known)]);
}

export const recordRoutes: readonly Route[] = [events, calls];
