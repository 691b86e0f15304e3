import type { CallToolResult } from '@modelcontextprotocol/server';
import { isCallToolResult } from '@modelcontextprotocol/server';
import { asWritten } from '../lib/as-written.ts';
import type { CallResult } from '../tools/call-tool.ts';

/** A call's result in MCP's words: an answer is content; what was turned down is an error the model can read. */
export function showResult(result: CallResult): CallToolResult {
  if (result.status === 'ok') return isToolAnswer(result.output) ? result.output : { content: [textOf(result.output)] };
  if (result.status === 'needs_approval') return { content: [textOf(waits(result))], structuredContent: { ...result } };
  return { content: [textOf(result)], isError: true };
}

/** What an MCP server answered goes on as it is; an HTTP API whose answer merely has a `content` is text like any other. */
function isToolAnswer(output: unknown): output is CallToolResult {
  return (
    isCallToolResult(output) && Object.keys(output).every((key) => key === 'content' || key === 'structuredContent')
  );
}

function waits(result: Extract<CallResult, { status: 'needs_approval' }>) {
  return {
    ...result,
    message: `${result.message ?? 'This call waits for a person to approve it.'} Call the same tool with the same arguments again, or plugboard__get_result, to wait for the result.`,
  };
}

function textOf(value: unknown) {
  return { type: 'text', text: typeof value === 'string' ? value : jsonOf(value) } as const;
}

/** As it was written, unless that is over several lines: whoever reads it pays for every space. */
function jsonOf(value: unknown): string {
  const json = asWritten(value);
  return json === undefined || json.includes('\n') ? JSON.stringify(value) : json.toString('utf8');
}
