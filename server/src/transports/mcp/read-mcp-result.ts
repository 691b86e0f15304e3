import { isRecord } from '../../lib/json.ts';
import type { Outcome, ProviderAnswer } from '../outcome.ts';
import { cut } from '../../catalog/answers/provider-words.ts';
import type { Redactor } from '../../lib/redact.ts';
import type { ToolResult } from './direct/read-tool-result.ts';

/** An MCP server's answer to hand on: the result as JSON, without secrets. */
export function passMcpResult({ content, structuredContent, isError }: ToolResult, redactor: Redactor): ProviderAnswer {
  const body = JSON.stringify(redactor.value({ content, structuredContent, isError }));
  return { status: 200, contentType: 'application/json', body: Buffer.from(body), retryAfter: undefined };
}

/** What an MCP server's answer to a call means; a tool that reports an error has turned the call down. Pure. */
export function readMcpResult(result: ToolResult, redactor: Redactor): Outcome {
  const content = redactor.value(result.content);
  if (result.isError === true) {
    return {
      status: 'rejected',
      reason: 'input',
      message: cut(textOf(content)) || 'The tool reported an error without words.',
    };
  }
  if (result.structuredContent === undefined) return { status: 'ok', output: { content } };
  return { status: 'ok', output: { content, structuredContent: redactor.value(result.structuredContent) } };
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content.map((block) => (isRecord(block) && typeof block.text === 'string' ? block.text : '')).join(' ');
}
