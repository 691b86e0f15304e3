import { z } from 'zod';
import { roles } from '../../access/caller.ts';
import { changeRole, listMembers, removeMember } from '../../access/workspaces/people/members.ts';
import { Failure } from '../../errors.ts';
import { isMember } from '../../access/workspaces/people/person-store.ts';
import { erasePerson, requireTrace } from '../../tools/erasing/erase-person.ts';
import { route, type Route } from '../route.ts';
import { erasureReceipt } from '../shapes/erasure.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { memberItem, showMember } from '../shapes/workspace.ts';

const tag = 'Members';
const params = z.object({ user_id: z.uuid() });

const list = route({
  name: 'listMembers',
  method: 'GET',
  path: '/api/v1/members',
  summary: 'The members of the workspace, newest first.',
  tag,
  access: { role: 'VIEWER', scope: 'members:read' },
  query: pageQuery,
  answers: { 200: listOf(memberItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({ status: 200, body: showPage(await listMembers(ctx.db, query), showMember) }),
});

const change = route({
  name: 'changeRole',
  method: 'PATCH',
  path: '/api/v1/members/:user_id',
  summary: 'Gives a member another role, never above one’s own.',
  tag,
  access: { role: 'ADMIN', scope: 'members:write' },
  params,
  body: z.strictObject({ role: z.enum(roles) }),
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'member.role_changed',
  example: { body: { role: 'MEMBER' } },
  find: async ({ db }, { params }) => {
    if (!(await isMember(db, params.user_id)))
      throw new Failure('NOT_FOUND', 'There is no such member in this workspace.');
  },
  answer: async (ctx, { params, body }) => {
    await changeRole(ctx, { userId: params.user_id, role: body.role });
    return { status: 204 };
  },
});

const remove = route({
  name: 'removeMember',
  method: 'DELETE',
  path: '/api/v1/members/:user_id',
  summary: 'Removes a member with their keys in this workspace. One may remove oneself; others take the role ADMIN.',
  tag,
  access: { role: 'VIEWER', scope: 'members:write' },
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'member.removed',
  answer: async (ctx, { params }) => {
    await removeMember(ctx, params.user_id);
    return { status: 204 };
  },
});

const erase = route({
  name: 'eraseMember',
  method: 'POST',
  path: '/api/v1/members/:user_id/erase',
  summary:
    'Forgets somebody who was removed: a pseudonym takes their place in all records, which still verify, and what was theirs alone is deleted.',
  tag,
  access: { role: 'ADMIN', scope: 'members:write' },
  params,
  answers: { 200: erasureReceipt },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'member.erased',
  find: (ctx, { params }) => requireTrace(ctx, params.user_id),
  answer: async (ctx, { params }) => {
    await ctx.calls.flush();
    return { status: 200, body: await erasePerson(ctx, params.user_id) };
  },
});

export const memberRoutes: readonly Route[] = [list, change, remove, erase];
