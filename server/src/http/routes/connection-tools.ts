import { z } from 'zod';
import { manageConnection, seeConnection } from '../../connections/see-connection.ts';
import { acceptTool } from '../../connections/tools/accept-tool.ts';
import { refreshTools } from '../../connections/tools/refresh-tools.ts';
import { seeChange } from '../../connections/tools/see-change.ts';
import { readToolList, setNewTools } from '../../connections/tools/tool-lists.ts';
import { listConnectionTools } from '../../tools/list-tools.ts';
import { route, type Route } from '../route.ts';
import { showTool, toolItem } from '../shapes/tool.ts';
import { newToolsInput, showToolChange, toolChange } from '../shapes/tool-change.ts';

const tag = 'Tools';
const path = '/api/v1/connections/:id/tools';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const write = { role: 'MEMBER', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });
const named = params.extend({ name: z.string().min(1).max(128) });

const list = route({
  name: 'listConnectionTools',
  method: 'GET',
  path,
  summary: 'Every tool of a connection: those that are switched off too, and for people those that are held.',
  tag,
  access: read,
  params,
  answers: { 200: z.object({ data: z.array(toolItem), new_tools: newToolsInput }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  endUsers: true,
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found }) => {
    if (found.isActive) await refreshTools(ctx, [found]);
    const tools = await listConnectionTools(ctx, found);
    const { newTools } = await readToolList(ctx.db, found.id);
    return { status: 200, body: { data: tools.map(showTool), new_tools: newTools } };
  },
});

const policy = route({
  name: 'editConnectionTools',
  method: 'PATCH',
  path,
  summary: 'Says what happens to tools that the server of a connection adds later.',
  tag,
  access: write,
  params,
  body: z.strictObject({ new_tools: newToolsInput }),
  answers: { 200: z.object({ new_tools: newToolsInput }) },
  failures: ['NOT_FOUND'],
  audit: 'connection.changed',
  example: { body: { new_tools: 'hold' } },
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    await setNewTools(ctx, found, body.new_tools);
    return { status: 200, body };
  },
});

const change = route({
  name: 'getToolChange',
  method: 'GET',
  path: `${path}/:name/change`,
  summary:
    'What the server of a connection says of a tool now, beside what was accepted of it: for people, not for agents.',
  tag,
  access: read,
  params: named,
  answers: { 200: toolChange },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found, params }) => ({
    status: 200,
    body: showToolChange(await seeChange(ctx, found, params.name)),
  }),
});

const accept = route({
  name: 'acceptTool',
  method: 'POST',
  path: `${path}/:name/accept`,
  summary: 'Lets a held tool be called as its server describes it now. Takes a person, or a key with the scope admin.',
  tag,
  access: write,
  params: named,
  body: z.strictObject({
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the digest of what you looked at')
      .describe('`seen.digest` of the change that was looked at.'),
  }),
  answers: { 200: toolChange },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'tool.accepted',
  example: { body: { digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' } },
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found, params, body }) => {
    await acceptTool(ctx, found, { name: params.name, digest: body.digest });
    return { status: 200, body: showToolChange(await seeChange(ctx, found, params.name)) };
  },
});

export const connectionToolRoutes: readonly Route[] = [list, policy, change, accept];
