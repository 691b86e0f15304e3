import { z } from 'zod';
import { changeEndUser } from '../../access/end-users/change-end-user.ts';
import { countTokensOf } from '../../access/end-users/count-tokens.ts';
import { type EndUser, findEndUser } from '../../access/end-users/end-user-store.ts';
import { listEndUsers } from '../../access/end-users/list-end-users.ts';
import { countConnectionsOf } from '../../connections/listing/list-connections.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { eraseEndUser } from '../../tools/erasing/erase-end-user.ts';
import { route, type Route } from '../route.ts';
import {
  endUserDetail,
  endUserEdit,
  endUserErasure,
  endUserId,
  endUserItem,
  showEndUser,
  showErasure,
} from '../shapes/end-user.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';

const tag = 'End users';
const read = { role: 'MANAGER', scope: 'end_users:read' } as const;
const write = { role: 'MANAGER', scope: 'end_users:write' } as const;
const params = z.object({ id: endUserId.describe('As the app calls them, percent-encoded.') });

const list = route({
  name: 'listEndUsers',
  method: 'GET',
  path: '/api/v1/end-users',
  summary: 'The end users that apps have named, newest first.',
  tag,
  access: read,
  query: z.strictObject({
    ...pageQuery.shape,
    q: z
      .string()
      .regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'is not 1 to 200 characters of one line')
      .optional()
      .describe('How their id, name or e-mail address begins, whatever the case of the letters a to z.'),
  }),
  answers: { 200: listOf(endUserItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({ status: 200, body: showPage(await listEndUsers(ctx.db, query), showEndUser) }),
});

const get = route({
  name: 'getEndUser',
  method: 'GET',
  path: '/api/v1/end-users/:id',
  summary: 'One end user, and how much is theirs.',
  tag,
  access: read,
  params,
  answers: { 200: endUserDetail },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeEndUser(ctx, params.id),
  answer: async (ctx, { found }) => ({ status: 200, body: await showDetail(ctx, found) }),
});

const put = route({
  name: 'putEndUser',
  method: 'PUT',
  path: '/api/v1/end-users/:id',
  summary: 'Says who an end user is, known before or not. What is left out stays.',
  tag,
  access: write,
  params,
  body: endUserEdit,
  answers: { 200: endUserDetail },
  failures: [],
  audit: 'end_user.changed',
  example: { params: { id: 'u_1' }, body: { name: 'Ada Example', email: 'ada@example.com' } },
  answer: async (ctx, { params, body }) => {
    const changed = await changeEndUser(ctx, params.id, body);
    return { status: 200, body: await showDetail(ctx, changed) };
  },
});

const erase = route({
  name: 'eraseEndUser',
  method: 'DELETE',
  path: '/api/v1/end-users/:id',
  summary:
    'Forgets an end user: everything of theirs is revoked or deleted, and a pseudonym takes their place in all records. Answers a receipt; repeated, the same one.',
  tag,
  access: write,
  params,
  answers: {
    200: endUserErasure,
    202: endUserErasure.describe('Nothing of theirs can be used; what is left to erase is done in the background.'),
  },
  failures: ['NOT_FOUND'],
  audit: 'end_user.erased',
  answer: async (ctx, { params }) => {
    const report = await eraseEndUser(ctx, params.id);
    return { status: report.erasure.finishedAt === null ? 202 : 200, body: showErasure(report) };
  },
});

async function seeEndUser({ db }: Context, id: string): Promise<EndUser> {
  const endUser = await findEndUser(db, id);
  if (endUser) return endUser;
  throw new Failure('NOT_FOUND', 'The app has no end user of this id.');
}

async function showDetail({ db, clock }: Context, endUser: EndUser): Promise<z.output<typeof endUserDetail>> {
  return {
    ...showEndUser(endUser),
    connections: await countConnectionsOf(db, endUser.id),
    tokens: await countTokensOf(db, clock, endUser.id),
  };
}

export const endUserRoutes: readonly Route[] = [list, get, put, erase];
