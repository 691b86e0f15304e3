import { isDeeperThan, isRecord } from '../../../lib/json.ts';
import { streamEnded } from '../wire/answer-ended-streams.ts';

/** What a tool of an MCP server answered, as far as it concerns us. */
export interface ToolResult {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

/** The result in a JSON-RPC answer. Throws what the SDK throws where there is none: an error with the server's code, or with one in words. */
export function readToolResult(message: unknown): ToolResult {
  if (message === undefined) throw failed('The stream ended without an answer.', streamEnded);
  const { result, error } = isRecord(message) ? message : {};
  if (isRecord(error)) throw failed(String(error['message'] ?? ''), Number(error['code'] ?? 0));
  if (!isRecord(result)) throw failed('The answer holds no result.', 'INVALID_RESULT');
  const { resultType = 'complete', content = [], structuredContent, isError } = result;
  if (resultType !== 'complete') throw failed('The answer is no result yet.', 'UNSUPPORTED_RESULT_TYPE');
  if (!Array.isArray(content)) throw failed('The answer holds no content.', 'INVALID_RESULT');
  return { content, structuredContent, isError: isError === true };
}

/** How deep lists and objects of an answer may stand in each other: what nests deeper could not be written again. */
const deepest = 1000;

/** The result as it is; throws where it nests too deeply to be handed on. */
export function shallow(result: ToolResult): ToolResult {
  if (!isDeeperThan([result.content, result.structuredContent], deepest)) return result;
  throw failed('The answer nests too deeply.', 'INVALID_RESULT');
}

function failed(message: string, code: number | string): Error {
  return Object.assign(new Error(message), { code });
}
