import type { AgentType } from '../catalog/connector.ts';
import { Failure } from '../errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { AgentAnswer, AgentCall, AgentEvent } from './agent/agent-call.ts';
import { invoke } from './agent/invoke.ts';
import { langgraph } from './agent/langgraph/langgraph.ts';
import { openai } from './agent/openai/openai.ts';
import type { AgentPlace, AgentProtocol } from './agent/protocol.ts';
import { stream } from './agent/streaming/stream.ts';

/** Says something to an agent and waits for its whole answer. A failure is an answer too: it throws for bugs alone. */
export function invokeAgent(call: AgentCall): Promise<AgentAnswer> {
  return invoke(call, protocolOf(call.type));
}

/**
 * The same, as it comes: pieces of text, and the whole answer last, once, whatever happens. Who stops reading has left.
 * Pieces are told apart by nothing: they are for showing, the answer is what counts.
 */
export function streamAgent(call: AgentCall): AsyncGenerator<AgentEvent> {
  return stream(call, protocolOf(call.type));
}

/** A sentence naming what is missing or wrong in the configuration of an agent; `undefined` where nothing is. */
export function checkAgentConfig(type: AgentType, config: JsonObject): string | undefined {
  return protocolOf(type).check(config);
}

/** What each type is, for people. */
export const agentTypeWords: Readonly<Record<AgentType, string>> = {
  langgraph: langgraph.words,
  openai: openai.words,
};

/** Where a call goes, without sending it. Throws INVALID_INPUT where it could go nowhere, such as for a thread id with a slash. */
export function agentTarget({ type, ...place }: AgentPlace & { readonly type: AgentType }): AgentTarget {
  const address = protocolOf(type).address(place, false);
  if (!address.ok) throw new Failure('INVALID_INPUT', address.error);
  return { method: 'POST', url: address.url };
}

export interface AgentTarget {
  readonly method: 'POST';
  readonly url: string;
}

function protocolOf(type: AgentType): AgentProtocol {
  switch (type) {
    case 'langgraph':
      return langgraph;
    case 'openai':
      return openai;
  }
}
