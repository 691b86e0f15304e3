import { isJsonObject, isRecord } from '../../../lib/json.ts';
import type { AgentMessage, AgentToolCall } from '../agent-call.ts';
import { readContent } from '../read-content.ts';

/** LangChain's types of messages, and the short names for roles that its servers take. */
const roles: Readonly<Record<string, string>> = {
  human: 'user',
  humanmessagechunk: 'user',
  ai: 'assistant',
  aimessagechunk: 'assistant',
  systemmessagechunk: 'system',
  toolmessagechunk: 'tool',
  function: 'tool',
};

/** One message of a graph's state, as LangChain writes it or as `{role, content}`. */
export function readMessage(message: Readonly<Record<string, unknown>>): AgentMessage {
  const toolCalls = readToolCalls(message.tool_calls);
  return {
    role: roleOf(message),
    content: readContent(message.content),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(typeof message.tool_call_id === 'string' ? { toolCallId: message.tool_call_id } : {}),
  };
}

/** `user`, `assistant`, `tool`, `system`; anything else as the server calls it. */
export function roleOf({ type, role }: Readonly<Record<string, unknown>>): string {
  const named = typeof type === 'string' && type !== 'generic' && type !== 'chat' ? type : role;
  return typeof named === 'string' ? commonRole(named) : 'assistant';
}

/** A role by its usual name, whichever of its names it was given. */
export function commonRole(role: string): string {
  return roles[role.toLowerCase()] ?? role;
}

function readToolCalls(calls: unknown): readonly AgentToolCall[] {
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((call) =>
    isRecord(call) && typeof call.name === 'string' ? [readToolCall(call, call.name)] : [],
  );
}

function readToolCall({ id, args }: Readonly<Record<string, unknown>>, name: string): AgentToolCall {
  const given = typeof args === 'string' || isJsonObject(args) ? args : {};
  return { id: typeof id === 'string' ? id : null, name, arguments: given };
}
