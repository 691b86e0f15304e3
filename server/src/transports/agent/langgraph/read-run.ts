import { isRecord, parseJson } from '../../../lib/json.ts';
import { refusedReading } from '../explain-failure.ts';
import type { AgentAsk, AgentReading, AgentResponse } from '../protocol.ts';
import { messageId } from './build-run.ts';
import { newMessages, type StateMessage } from './new-messages.ts';
import { readMessage } from './read-message.ts';
import { readUsage } from './read-usage.ts';

/** What the final state of a run says: the agent's new messages, or why there are none (RULINGS 002.5). Pure. */
export function readRun({ headers, body }: AgentResponse, ask: AgentAsk): AgentReading {
  if (!isRecord(body)) return refusedReading('The answer is not the state of a LangGraph run');
  if (body.__error__ !== undefined) return refusedReading(`The agent failed: ${errorWords(body.__error__)}`);
  const state = Array.isArray(body.messages) ? body.messages.filter(isRecord) : undefined;
  const fresh = state === undefined ? [] : newOnes(state, ask);
  if (fresh.length === 0 && Array.isArray(body.__interrupt__) && body.__interrupt__.length > 0)
    return refusedReading('The agent stopped to ask for something, and cannot be answered here');
  if (state === undefined) return refusedReading('The agent answered without messages: its state holds none');
  const [tokensUsage, threadId] = [readUsage(fresh), threadOf(headers, body)];
  return {
    success: true,
    messages: fresh.map(readMessage),
    ...(tokensUsage === undefined ? {} : { tokensUsage }),
    ...(threadId === undefined ? {} : { threadId }),
  };
}

function newOnes(state: readonly StateMessage[], { messages, callId, threadId }: AgentAsk): readonly StateMessage[] {
  const sent = messages.map(({ role, content }, index) => ({ id: messageId(callId, index), role, content }));
  return newMessages(state, { sent, onThread: threadId !== undefined });
}

/** The server wraps an error into another one, as JSON in its message. */
function errorWords(error: unknown): string {
  if (typeof error === 'string') {
    const inner = parseJson(error);
    return isRecord(inner) ? errorWords(inner) : error;
  }
  if (!isRecord(error)) return 'it does not say why';
  if (typeof error.message === 'string' && error.message !== '') return errorWords(error.message);
  return typeof error.error === 'string' ? error.error : 'it does not say why';
}

function threadOf(headers: AgentResponse['headers'], body: Readonly<Record<string, unknown>>): string | undefined {
  const located = /\/threads\/([^/?#]+)/.exec(headers['content-location'] ?? '')?.[1];
  if (located !== undefined && URL.canParse(located, 'http://plugboard.invalid')) return decode(located);
  return typeof body.thread_id === 'string' ? body.thread_id : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
