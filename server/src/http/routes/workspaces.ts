import { z } from 'zod';
import { editWorkspace } from '../../access/workspaces/edit-workspace.ts';
import { revealHeaders } from '../../access/workspaces/reveal-headers.ts';
import { createWorkspace, listWorkspaces, readWorkspace } from '../../access/workspaces/workspaces.ts';
import { identityRoute, route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { idOrSlug, namedInput, nameInput, showWorkspace, workspaceItem } from '../shapes/workspace.ts';

const tag = 'Workspaces';
const params = z.object({ workspace: idOrSlug });

const list = identityRoute({
  name: 'listWorkspaces',
  method: 'GET',
  path: '/api/v1/workspaces',
  summary: 'The workspaces the caller is a member of, newest first; a key knows its own alone.',
  tag,
  query: pageQuery,
  answers: { 200: listOf(workspaceItem) },
  failures: [],
  audit: 'none',
  answer: async ({ access, storage }, { identity, query }) => {
    const workspaceId =
      identity.via === 'key' ? (await access.enter(identity, { named: undefined })).workspaceId : undefined;
    const page = await listWorkspaces(storage, { userId: identity.userId, workspaceId }, query);
    return { status: 200, body: showPage(page, showWorkspace) };
  },
});

const create = route({
  name: 'createWorkspace',
  method: 'POST',
  path: '/api/v1/workspaces',
  summary: 'Makes a workspace with a crew and a project, owned by the operator who asks for it.',
  tag,
  access: 'operator',
  body: namedInput,
  answers: { 201: workspaceItem },
  failures: ['CONFLICT'],
  audit: 'workspace.created',
  example: { body: { name: 'Support', slug: 'support' } },
  answer: async (ctx, { body }) => {
    const onWorkspaceCreated = ctx.vault.createWorkspaceKey.bind(ctx.vault);
    return { status: 201, body: showWorkspace(await createWorkspace({ ...ctx, onWorkspaceCreated }, body)) };
  },
});

const get = route({
  name: 'getWorkspace',
  method: 'GET',
  path: '/api/v1/workspaces/:workspace',
  summary: 'One workspace and the role one has there.',
  tag,
  access: { role: 'VIEWER', scope: 'workspaces:read' },
  workspaceIn: 'path',
  params,
  answers: { 200: workspaceItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async (ctx) => ({ status: 200, body: showWorkspace(await readWorkspace(ctx)) }),
});

const edit = route({
  name: 'editWorkspace',
  method: 'PATCH',
  path: '/api/v1/workspaces/:workspace',
  summary: 'Gives the workspace another name (its slug stays), or changes who is shown the headers of agent endpoints.',
  tag,
  access: { role: 'ADMIN', scope: 'workspaces:write' },
  workspaceIn: 'path',
  params,
  body: z
    .strictObject({ name: nameInput.optional(), reveal_headers: z.enum(revealHeaders).optional() })
    .refine((body) => Object.keys(body).length > 0, 'needs name or reveal_headers'),
  answers: { 200: workspaceItem },
  failures: ['NOT_FOUND'],
  audit: 'workspace.renamed',
  example: { body: { name: 'Support team' } },
  answer: async (ctx, { body }) => {
    await editWorkspace(ctx, { name: body.name, revealHeaders: body.reveal_headers });
    return { status: 200, body: showWorkspace(await readWorkspace(ctx)) };
  },
});

export const workspaceRoutes: readonly Route[] = [list, create, get, edit];
