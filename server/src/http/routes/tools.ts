import { z } from 'zod';
import { actFor } from '../../access/act-for.ts';
import { callTool } from '../../tools/call-tool.ts';
import { patienceMs, preferenceApplied } from '../../tools/approving/patience.ts';
import { findTool, type ToolName } from '../../tools/find-tool.ts';
import { listHeldTools, listTools } from '../../tools/list-tools.ts';
import { route, type Route } from '../route.ts';
import { callOutcome, waitingCall, waitQuery } from '../shapes/call-result.ts';
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
    held: z
      .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
      .default(false)
      .describe('Instead those that wait for a person to look at them.'),
  }),
  answers: { 200: z.object({ data: z.array(toolItem) }) },
  failures: [],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { query }) => {
    const wanted = query.q?.toLowerCase() ?? '';
    const tools = await (query.held ? listHeldTools(ctx) : listTools(ctx));
    const fitting = tools.filter(({ address, spec }) =>
      `${address} ${spec.description}`.toLowerCase().includes(wanted),
    );
    return { status: 200, body: { data: fitting.map(showTool) } };
  },
});

/** How the path names a tool: with `_` by the tool's own name, as MCP does. */
function toolNamed({ id, tool }: { readonly id: string; readonly tool: string }, hint?: string): ToolName {
  return id === '_' ? { name: tool, hint } : { connection: id, tool, hint };
}

const call = route({
  name: 'callTool',
  method: 'POST',
  path: '/api/v1/connections/:id/tools/:tool/call',
  summary:
    'Calls a tool. A read runs; a write waits up to 45 s for a person to decide and answers with its result, or with 202 and the approval that still waits. `Prefer: respond-async` or `?wait=0` answers at once.',
  tag,
  access: { role: 'MEMBER', scope: 'tools:call' },
  params: z.object({
    id: z
      .union([z.uuid(), z.literal('_'), z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)])
      .describe(
        'Id or handle of the connection, or the id of its connector. `_`: whichever the name of the tool means, as in `gitlab_get_issue`.',
      ),
    tool: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/),
  }),
  query: waitQuery,
  body: z.strictObject({
    arguments: z.record(z.string(), z.unknown()).default({}),
    connection: z
      .string()
      .max(40)
      .optional()
      .describe('Id or handle of the one that is meant, where the path names none.'),
    run_as: z
      .string()
      .min(1)
      .max(254)
      .optional()
      .describe('Id or e-mail of the member it is made for: over what both may use, on record with both. Takes ADMIN.'),
  }),
  answers: { 200: callOutcome, 202: waitingCall },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'call',
  endUsers: true,
  example: { body: { arguments: {} } },
  locate: (ctx, { params }) => findTool(ctx, toolNamed(params)),
  answer: async (ctx, { params, query, prefer, body }) => {
    const tool = toolNamed(params, body.connection);
    const caller = body.run_as === undefined ? ctx.caller : await actFor(ctx.db, ctx.caller, body.run_as);
    const patience = patienceMs({ prefer, waitSeconds: query.wait });
    const result = await callTool(
      { ...ctx, caller },
      { tool, arguments: body.arguments, door: 'rest', patienceMs: patience },
    );
    return result.status === 'needs_approval'
      ? { status: 202, headers: preferenceApplied({ prefer }), body: result }
      : { status: 200, body: result };
  },
});

export const toolRoutes: readonly Route[] = [list, call];
