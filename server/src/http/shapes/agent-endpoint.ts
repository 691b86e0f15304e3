import { z } from 'zod';
import { agentTypes } from '../../catalog/connector.ts';
import type { AgentEndpoint } from '../../connections/endpoints/endpoint.ts';
import type { ShownHeaders } from '../../connections/endpoints/show-headers.ts';
import type { AgentAnswer } from '../../transports/agent/agent-call.ts';

const before = { id: z.uuid(), name: z.string(), type: z.enum(agentTypes), baseUrl: z.string() };
const after = {
  config: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** An agent endpoint as contract 002 prints one by itself. */
export const agentEndpointDetail = z.object({ ...before, ...after });

/** As it prints one in a list and after a change. */
export const agentEndpointItem = z.object({
  ...before,
  headers: z.record(z.string(), z.string()).describe('In clear for whoever may see them, masked for everybody else.'),
  ...after,
});

export function showEndpointDetail(endpoint: AgentEndpoint): z.output<typeof agentEndpointDetail> {
  return { ...shownBefore(endpoint), ...shownAfter(endpoint) };
}

export function showEndpoint(endpoint: AgentEndpoint, headers: ShownHeaders = {}): z.output<typeof agentEndpointItem> {
  return { ...shownBefore(endpoint), headers: { ...headers }, ...shownAfter(endpoint) };
}

function shownBefore({ connection: { id }, name, type, baseUrl }: AgentEndpoint) {
  return { id, name, type, baseUrl };
}

function shownAfter({ connection: { createdAt, updatedAt }, config }: AgentEndpoint) {
  return { config: { ...config }, createdAt, updatedAt };
}

/** What saying hello came to. */
export const endpointTest = z.discriminatedUnion('success', [
  z.object({ success: z.literal(true), latencyMs: z.number(), response: z.string() }),
  z.object({ success: z.literal(false), latencyMs: z.number(), error: z.string() }),
]);

const toolCall = z.object({
  id: z.string().nullable(),
  name: z.string(),
  arguments: z.union([z.record(z.string(), z.unknown()), z.string()]),
});

const answeredMessage = z.object({
  role: z.string(),
  content: z.string(),
  toolCalls: z.array(toolCall).exactOptional().describe('Tools the agent wants called or has called.'),
  toolCallId: z.string().exactOptional().describe('The call whose result this message is.'),
});

/** What invoking an agent came to. */
export const agentAnswer = z.discriminatedUnion('success', [
  z.object({
    success: z.literal(true),
    latencyMs: z.number().describe('Milliseconds.'),
    messages: z.array(answeredMessage),
    tokensUsage: z.object({ input: z.number(), output: z.number() }).exactOptional(),
    threadId: z.string().exactOptional(),
  }),
  z.object({
    success: z.literal(false),
    latencyMs: z.number().describe('Milliseconds.'),
    rawResponse: z.string().exactOptional().describe('The beginning of what the agent answered.'),
    error: z.string(),
  }),
]);

/** Without what only we need to know of a failure. */
export function showAnswer(answer: AgentAnswer) {
  if (answer.success) return answer;
  const { fault: _fault, retryAfter: _retryAfter, ...shown } = answer;
  return shown;
}
