import type { JsonObject } from '../../../lib/json.ts';
import type { AgentMessage, AgentToolCall } from '../agent-call.ts';
import type { AgentAsk } from '../protocol.ts';

/** What asks for a chat completion; `config.system` is said before everything else. Pure. */
export function completionBody({ config, messages, streamed }: AgentAsk): JsonObject {
  const { model = null, temperature, maxTokens, system } = config;
  const said =
    typeof system === 'string' && system !== '' ? [{ role: 'system', content: system }, ...messages] : messages;
  return {
    model,
    messages: said.map(wireMessage),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(streamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function wireMessage({ role, content, toolCalls, toolCallId }: AgentMessage): JsonObject {
  return {
    role,
    content,
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(wireToolCall) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

function wireToolCall({ id, name, arguments: args }: AgentToolCall): JsonObject {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  return { id, type: 'function', function: { name, arguments: text } };
}
