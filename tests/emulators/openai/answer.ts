import { isRecord } from '../../../server/src/lib/json.ts';
import type { ChatRequest } from '../openai.ts';

/** What comes of a request: an error body in OpenAI's form, or what the model says. */
export interface ChatAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** Checks a request as OpenAI does, and answers with what it heard. */
export function answerChat({ path, headers, body }: ChatRequest, key: string): ChatAnswer {
  if (headers['authorization'] !== `Bearer ${key}`)
    return refuse(401, 'Incorrect API key provided.', 'invalid_api_key');
  if (!path.startsWith('/v1/chat/completions')) return refuse(404, `Unknown request URL: POST ${path}.`, 'unknown_url');
  if (body['model'] !== 'small') return refuse(404, 'The model does not exist.', 'model_not_found');
  const messages = Array.isArray(body['messages']) ? body['messages'].filter(isRecord) : [];
  if (messages.length === 0) return refuse(400, "'messages' must not be empty.", 'invalid_request_error');
  const orphan = messages.find(({ role, tool_call_id }) => role === 'tool' && typeof tool_call_id !== 'string');
  if (orphan !== undefined)
    return refuse(400, "A message of role 'tool' needs 'tool_call_id'.", 'invalid_request_error');
  return { status: 200, body: undefined, text: `You said "${String(messages.at(-1)?.['content'])}".` };
}

function refuse(status: number, message: string, code: string): ChatAnswer {
  return { status, body: { error: { message, type: 'invalid_request_error', param: null, code } }, text: '' };
}
