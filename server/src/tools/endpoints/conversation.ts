import { z } from 'zod';
import type { AgentCall } from '../../transports/agent/agent-call.ts';

const message = z.object({
  role: z.string().min(1).max(64).describe('Who said it: user, assistant, system …'),
  content: z.string(),
});

/** What an agent is told: the messages so far, in a thread it remembers or without one. */
export const conversation = z.object({
  messages: z.array(message).min(1).describe('The conversation so far; the last message is the one to answer.'),
  threadId: z.string().min(1).max(200).optional().describe('Goes on with a thread that an earlier answer named.'),
});

/** The same, as it is handed on. */
export interface Conversation extends Pick<AgentCall, 'messages' | 'threadId'> {}
