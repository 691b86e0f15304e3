import { z } from 'zod';
import { callTool } from '../../tools/call-tool.ts';
import { findTool } from '../../tools/find-tool.ts';
import { listTools } from '../../tools/list-tools.ts';
import { route, type Route } from '../route.ts';
import { callOutcome, waitingCall } from '../shapes/call-result.ts';
import { showTool, toolItem } from '../shapes/tool.ts';

const tag = 'Tools';

const list = route({
  name: 'listTools',
  method: 'GET',
  path: '/api/v1/tools',
  summary: 'Every tool the caller can call, under the name MCP uses, in the order of the names.',
  tag,
  access: { role: 'VIEWER', scope: 'tools:read' },
  query: z.object({
    q: z.string().max(100).optional().describe('Only tools whose name or description has this text.'),
  }),
  answers: { 200: z.object({ data: z.array(toolItem) }) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const wanted = query.q?.toLowerCase() ?? '';
    const tools = await listTools(ctx);
    const fitting = tools.filter(({ address, spec }) =>
      `${address} ${spec.description}`.toLowerCase().includes(wanted),
    );
    return { status: 200, body: { data: fitting.map(showTool) } };
  },
});

const call = route({
  name: 'callTool',
  method: 'POST',
  path: '/api/v1/connections/:id/tools/:tool/call',
  summary: 'Calls a tool. A read runs; a write waits for a person and then answers 202 with the approval.',
  tag,
  access: { role: 'MEMBER', scope: 'tools:call' },
  params: z.object({
    id: z
      .union([z.uuid(), z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)])
      .describe('Id or handle of the connection, or the id of its connector.'),
    tool: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/),
  }),
  body: z.strictObject({ arguments: z.record(z.string(), z.unknown()).default({}) }),
  answers: { 200: callOutcome, 202: waitingCall },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'call',
  example: { body: { arguments: {} } },
  locate: (ctx, { params }) => findTool(ctx, { connection: params.id, tool: params.tool }),
  answer: async (ctx, { params, body }) => {
    const tool = { connection: params.id, tool: params.tool };
    const result = await callTool(ctx, { tool, arguments: body.arguments, door: 'rest' });
    return result.status === 'needs_approval' ? { status: 202, body: result } : { status: 200, body: result };
  },
});

export const toolRoutes: readonly Route[] = [list, call];
