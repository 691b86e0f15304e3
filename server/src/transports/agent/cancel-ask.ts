import { EgressError } from '../../egress/egress.ts';
import { parseJson } from '../../lib/json.ts';
import type { AgentCall } from './agent-call.ts';
import type { Prepared } from './prepare-ask.ts';
import type { AgentProtocol, SideRequest } from './protocol.ts';

/** For all the requests of a cancellation, in milliseconds. */
const patience = 3_000;

/** Tells the back-end, where it can be told, that nobody will read the answer of a call. What goes wrong is passed over. */
export async function cancelAsk(call: AgentCall, protocol: AgentProtocol, prepared: Prepared): Promise<void> {
  await protocol.cancel?.(prepared.ask, sideRequest(call, prepared));
}

function sideRequest({ egress, clock }: AgentCall, { request }: Prepared): SideRequest {
  const deadline = clock.now() + patience;
  const { headers = {}, loopback = false } = request;
  return async ({ method, url, body }) => {
    const timeoutMs = deadline - clock.now();
    if (timeoutMs <= 0) return undefined;
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const response = await egress.request({ method, url, headers, body: text, loopback, timeoutMs });
      return response.status < 300 ? parseJson(response.body.toString('utf8')) : undefined;
    } catch (error) {
      if (error instanceof EgressError) return undefined;
      throw error;
    }
  };
}
