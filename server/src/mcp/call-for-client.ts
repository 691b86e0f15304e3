import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { isDeeperThan } from '../lib/json.ts';
import type { Waiting } from '../tools/approving/await-decision.ts';
import { type CallResult, callTool } from '../tools/call-tool.ts';
import { getResult, getResultTool } from './get-result.ts';
import { reportProgress } from './report-progress.ts';
import { showResult } from './show-result.ts';

/** What a client asks for with `tools/call`. */
export interface ClientCall {
  readonly params: { readonly name: string; readonly arguments?: Record<string, unknown> | undefined };
  /** The request as the SDK hands it on: whether the client wants to hear of progress, and how to tell it. */
  readonly mcpReq: Pick<ServerContext['mcpReq'], '_meta' | 'notify'>;
  readonly patienceMs: number;
}

/** One `tools/call`: what the provider or a person says is a result; a tool that does not exist is a protocol error (-32602). */
export async function callForClient(ctx: Context, call: ClientCall): Promise<CallToolResult> {
  const progress = reportProgress(call.mcpReq);
  try {
    return showResult(await answer(ctx, call, { patienceMs: call.patienceMs, onWaiting: progress.begin }));
  } catch (error) {
    return showFailure(error);
  } finally {
    progress.end();
  }
}

/** Beyond this JSON cannot be written again without running out of stack (RFC 8259 §9 lets us set a limit). */
const deepest = 200;

async function answer(ctx: Context, { params }: ClientCall, waiting: Waiting): Promise<CallResult> {
  if (isDeeperThan(params.arguments, deepest)) return tooDeep;
  if (params.name === getResultTool.name) return getResult(ctx, params.arguments, waiting);
  return callTool(ctx, { tool: { name: params.name }, arguments: params.arguments, door: 'mcp', ...waiting });
}

const tooDeep: CallResult = {
  status: 'rejected',
  reason: 'input',
  message: `The arguments are nested deeper than ${deepest} levels. Flatten them.`,
};

function showFailure(error: unknown): CallToolResult {
  if (!(error instanceof Failure)) throw error;
  if (error.code === 'NOT_FOUND') throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  return refused(JSON.stringify({ status: 'rejected', message: error.message, ...error.details }));
}

function refused(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
