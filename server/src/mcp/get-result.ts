import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { collectResult } from '../approvals/collect-result.ts';
import type { Context } from '../context.ts';
import type { CallResult } from '../tools/call-tool.ts';

/** Our own tool by which an agent fetches what became of a call that had to wait. */
export const getResultTool: Tool = {
  name: 'plugboard__get_result',
  title: 'Get the result of a call that waited',
  description:
    'Returns what became of a tool call that had to wait for a person: still waiting, declined, or its result. ' +
    'Takes the approval_id that the call answered with.',
  inputSchema: {
    type: 'object',
    properties: {
      approval_id: { type: 'string', description: 'The approval_id of the answer that said the call waits.' },
    },
    required: ['approval_id'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const wanted = z.strictObject({ approval_id: z.uuid() });

/** What became of the call, told to whoever asked for it and to nobody else. */
export async function getResult(ctx: Context, args: unknown): Promise<CallResult> {
  const parsed = wanted.safeParse(args);
  if (parsed.success) return collectResult(ctx, parsed.data.approval_id);
  return {
    status: 'rejected',
    reason: 'input',
    message: 'Give approval_id: the id from the answer that said the call waits.',
  };
}
