import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { collectResult } from '../approvals/collect-result.ts';
import type { Context } from '../context.ts';
import { awaitDecision, type Waiting } from '../tools/approving/await-decision.ts';
import type { CallResult } from '../tools/call-tool.ts';

/** Our own tool by which an agent fetches what became of a call that had to wait. */
export const getResultTool: Tool = {
  name: 'plugboard__get_result',
  title: 'Get the result of a call that waited',
  description:
    'Returns what became of a tool call that had to wait for a person: its result, once, or that it was declined. ' +
    'Waits up to 45 seconds where nobody has decided yet. Takes the approval_id that the call answered with.',
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

/** What became of the call, told to whoever asked for it and to nobody else; it waits for a decision as the call did. */
export async function getResult(ctx: Context, args: unknown, waiting: Waiting): Promise<CallResult> {
  const parsed = wanted.safeParse(args);
  if (parsed.success) {
    const result = await collectResult(ctx, parsed.data.approval_id);
    return result.status === 'needs_approval' ? awaitDecision(ctx, result, waiting) : result;
  }
  return {
    status: 'rejected',
    reason: 'input',
    message: 'Give approval_id: the id from the answer that said the call waits.',
  };
}
