import { createProject, listProjects } from '../../access/workspaces/projects.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import { namedInput, projectItem, showNamed } from '../shapes/workspace.ts';

const tag = 'Projects';

const list = route({
  name: 'listProjects',
  method: 'GET',
  path: '/api/projects',
  summary: 'The projects of the workspace, newest first.',
  tag,
  access: { role: 'MEMBER', scope: 'projects:read' },
  query: pageQuery,
  answers: { 200: listOf(projectItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => ({ status: 200, body: showPage(await listProjects(ctx.db, query), showNamed) }),
});

const create = route({
  name: 'createProject',
  method: 'POST',
  path: '/api/projects',
  summary: 'Makes a project, a folder of agent endpoints.',
  tag,
  access: { role: 'MANAGER', scope: 'projects:write' },
  body: namedInput,
  answers: { 201: projectItem },
  failures: ['CONFLICT'],
  audit: 'project.created',
  example: { body: { name: 'Helpdesk', slug: 'helpdesk' } },
  answer: async (ctx, { body }) => ({ status: 201, body: showNamed(await createProject(ctx, body)) }),
});

export const projectRoutes: readonly Route[] = [list, create];
