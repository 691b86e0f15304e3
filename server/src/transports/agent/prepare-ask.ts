import type { EgressRequest } from '../../egress/egress.ts';
import { newId } from '../../lib/ids.ts';
import { mergeHeaders } from '../http/merge-headers.ts';
import type { AgentCall } from './agent-call.ts';
import type { AgentAsk, AgentProtocol } from './protocol.ts';

/** A call ready to be sent, its headers in clear: hand the request to egress and nowhere else. */
export interface Prepared {
  readonly ok: true;
  readonly ask: AgentAsk;
  readonly request: EgressRequest;
}

export const defaultTimeoutMs = 60_000;
/** Of an answer, or of one event of it. */
export const mostAnswerBytes = 4 * 1024 * 1024;

/** Builds the request of a call, or says in a sentence why it cannot be sent. */
export function prepareAsk(
  call: AgentCall,
  { protocol, streamed }: { readonly protocol: AgentProtocol; readonly streamed: boolean },
): Prepared | { readonly ok: false; readonly error: string } {
  const { baseUrl, config, threadId, messages } = call;
  const wrong = protocol.check(config);
  if (wrong !== undefined) return { ok: false, error: wrong };
  const address = protocol.address({ baseUrl, config, threadId }, streamed);
  if (!address.ok) return address;
  const ask = { baseUrl, config, threadId, messages, streamed, callId: newId(call.clock.now()) };
  return withHeaders(call, { ask, url: address.url, body: JSON.stringify(protocol.body(ask)) });
}

function withHeaders(
  { headers, loopback, signal, timeoutMs = defaultTimeoutMs }: AgentCall,
  { ask, url, body }: { readonly ask: AgentAsk; readonly url: string; readonly body: string },
): ReturnType<typeof prepareAsk> {
  const accept = ask.streamed ? 'text/event-stream' : 'application/json';
  const merged = mergeHeaders({
    auth: {},
    connection: headers,
    manifest: {},
    call: { accept },
    body: 'application/json',
  });
  if (!merged.ok) return { ok: false, error: merged.message };
  const request = { method: 'POST', url, headers: merged.headers, body, loopback, signal, timeoutMs };
  return { ok: true, ask, request };
}
