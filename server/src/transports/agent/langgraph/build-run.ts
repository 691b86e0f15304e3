import { encodeSegment } from '../../../catalog/templates/render-path.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { AgentMessage } from '../agent-call.ts';
import { agentUrl } from '../agent-url.ts';
import type { AgentAddress, AgentAsk, AgentPlace } from '../protocol.ts';

/** What marks the runs of a call, to find them again: the key of their metadata. */
export const callMark = 'plugboard_call';

/** A stateless run, or one on a thread, that is waited for or streamed. The thread id stays in its segment (S10). */
export function addressOf(place: AgentPlace, streamed: boolean): AgentAddress {
  return threadUrl(place, streamed ? '/runs/stream' : '/runs/wait');
}

/** A path beneath the thread of a call, or beneath the server where it has none. */
export function threadUrl({ baseUrl, threadId }: AgentPlace, path: string): AgentAddress {
  if (threadId === undefined) return agentUrl(baseUrl, path);
  const segment = encodeSegment(threadId, { root: 'arg', key: 'threadId', filters: [], name: 'thread id' });
  if (typeof segment !== 'string') return { ok: false, error: `The ${segment.message}.` };
  return agentUrl(baseUrl, `/threads/${segment}${path}`);
}

/**
 * What starts the run. A thread that does not exist yet is created: the contract has no other way to begin one, and the
 * server calls an unknown thread a busy one. Pure.
 */
export function runBody({ config, messages, threadId, callId, streamed }: AgentAsk): JsonObject {
  const { assistantId = null, configurable } = config;
  return {
    assistant_id: assistantId,
    input: { messages: messages.map((message, index) => wireMessage(message, messageId(callId, index))) },
    ...(configurable === undefined ? {} : { config: { configurable } }),
    metadata: { [callMark]: callId },
    on_disconnect: 'cancel',
    ...(threadId === undefined ? {} : { if_not_exists: 'create' }),
    ...(streamed ? { stream_mode: ['messages-tuple', 'values'] } : {}),
  };
}

/** The id that the message at this place of a call is sent with. */
export function messageId(callId: string, index: number): string {
  return `${callId}-${index}`;
}

function wireMessage({ role, content, toolCalls, toolCallId }: AgentMessage, id: string): JsonObject {
  return {
    id,
    role,
    content,
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(wireToolCall) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

function wireToolCall({ id, name, arguments: args }: NonNullable<AgentMessage['toolCalls']>[number]): JsonObject {
  return { id, name, args, type: 'tool_call' };
}
