import { z } from 'zod';
import {
  addCrewMember,
  createCrew,
  deleteCrew,
  findCrew,
  listCrewMembers,
  listCrews,
  removeCrewMember,
} from '../../access/workspaces/crews.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { crewItem, idOrSlug, namedInput, personItem, showNamed } from '../shapes/workspace.ts';

const tag = 'Crews';
const read = { role: 'VIEWER', scope: 'workspaces:read' } as const;
const write = { role: 'ADMIN', scope: 'workspaces:write' } as const;
const enlist = { role: 'ADMIN', scope: 'members:write' } as const;
const params = z.object({ crew: idOrSlug });
const memberParams = z.object({ crew: idOrSlug, user_id: z.uuid() });
const crewOfExample = { params: { crew: 'default' } };

const list = route({
  name: 'listCrews',
  method: 'GET',
  path: '/api/v1/crews',
  summary: 'The crews of the workspace, newest first.',
  tag,
  access: read,
  query: pageQuery,
  answers: { 200: listOf(crewItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({ status: 200, body: showPage(await listCrews(ctx.db, query), showNamed) }),
});

const create = route({
  name: 'createCrew',
  method: 'POST',
  path: '/api/v1/crews',
  summary: 'Makes an empty crew.',
  tag,
  access: write,
  body: namedInput,
  answers: { 201: crewItem },
  failures: ['CONFLICT'],
  audit: 'crew.created',
  example: { body: { name: 'Night shift', slug: 'night-shift' } },
  answer: async (ctx, { body }) => ({ status: 201, body: showNamed(await createCrew(ctx, body)) }),
});

const get = route({
  name: 'getCrew',
  method: 'GET',
  path: '/api/v1/crews/:crew',
  summary: 'One crew.',
  tag,
  access: read,
  params,
  answers: { 200: crewItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  example: crewOfExample,
  find: (ctx, { params }) => crewNamed(ctx, params.crew),
  answer: async (_ctx, { found }) => ({ status: 200, body: showNamed(found) }),
});

const remove = route({
  name: 'deleteCrew',
  method: 'DELETE',
  path: '/api/v1/crews/:crew',
  summary: 'Deletes a crew that has no connections left.',
  tag,
  access: write,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'crew.deleted',
  answer: async (ctx, { params }) => {
    await deleteCrew(ctx, params.crew);
    return { status: 204 };
  },
});

const listPeople = route({
  name: 'listCrewMembers',
  method: 'GET',
  path: '/api/v1/crews/:crew/members',
  summary: 'The people in a crew, by name.',
  tag,
  access: { role: 'VIEWER', scope: 'members:read' },
  params,
  answers: { 200: z.object({ data: z.array(personItem) }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  example: crewOfExample,
  answer: async (ctx, { params }) => ({ status: 200, body: { data: await listCrewMembers(ctx.db, params.crew) } }),
});

const add = route({
  name: 'addCrewMember',
  method: 'PUT',
  path: '/api/v1/crews/:crew/members/:user_id',
  summary: 'Puts a member of the workspace into a crew; nothing happens where they are in it.',
  tag,
  access: enlist,
  params: memberParams,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'crew.member_added',
  answer: async (ctx, { params }) => {
    await addCrewMember(ctx, { crew: params.crew, userId: params.user_id });
    return { status: 204 };
  },
});

const leave = route({
  name: 'removeCrewMember',
  method: 'DELETE',
  path: '/api/v1/crews/:crew/members/:user_id',
  summary: 'Takes somebody out of a crew.',
  tag,
  access: enlist,
  params: memberParams,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'crew.member_removed',
  answer: async (ctx, { params }) => {
    await removeCrewMember(ctx, { crew: params.crew, userId: params.user_id });
    return { status: 204 };
  },
});

async function crewNamed({ db }: Pick<Context, 'db'>, crew: string) {
  const found = await findCrew(db, crew);
  if (found === undefined) throw new Failure('NOT_FOUND', 'There is no such crew in this workspace.');
  return found;
}

export const crewRoutes: readonly Route[] = [list, create, get, remove, listPeople, add, leave];
