import { type CallToolResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { callTool } from '../tools/call-tool.ts';
import { getResult, getResultTool } from './get-result.ts';
import { showResult } from './show-result.ts';

/** One `tools/call`: what the provider or a person says is a result; a tool that does not exist is a protocol error (-32602). */
export async function callForClient(
  ctx: Context,
  params: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined },
): Promise<CallToolResult> {
  try {
    if (params.name === getResultTool.name) return showResult(await getResult(ctx, params.arguments));
    return showResult(await callTool(ctx, { tool: { name: params.name }, arguments: params.arguments, door: 'mcp' }));
  } catch (error) {
    return showFailure(error);
  }
}

function showFailure(error: unknown): CallToolResult {
  if (!(error instanceof Failure)) throw error;
  if (error.code === 'NOT_FOUND') throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  return refused(JSON.stringify({ status: 'rejected', message: error.message, ...error.details }));
}

function refused(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
