import type { Egress } from '../../server/src/egress/egress.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import type { AgentAnswer, AgentCall, AgentEvent } from '../../server/src/transports/agent/agent-call.ts';
import { createRedactor } from '../../server/src/lib/redact.ts';

/** A call that says hello, sent without headers. */
export function newAgentCall(
  place: Pick<AgentCall, 'type' | 'baseUrl' | 'config'> & { readonly egress: Egress },
  more: Partial<AgentCall> = {},
): AgentCall {
  return {
    messages: [{ role: 'user', content: 'Hello' }],
    headers: {},
    clock: systemClock,
    redactor: createRedactor(Object.values(more.headers ?? {})),
    loopback: false,
    signal: new AbortController().signal,
    ...place,
    ...more,
  };
}

/** Everything a stream told: its pieces put together, and its answers. */
export interface HeardStream {
  readonly pieces: readonly string[];
  readonly text: string;
  readonly answers: readonly AgentAnswer[];
}

export async function hear(events: AsyncIterable<AgentEvent>): Promise<HeardStream> {
  const pieces: string[] = [];
  const answers: AgentAnswer[] = [];
  for await (const event of events) {
    if (event.event === 'delta') pieces.push(event.content);
    else answers.push(event.answer);
  }
  return { pieces, text: pieces.join(''), answers };
}
