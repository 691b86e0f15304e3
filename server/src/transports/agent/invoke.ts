import { EgressError } from '../../egress/egress.ts';
import { readBody } from '../http/read-body.ts';
import type { AgentAnswer, AgentCall } from './agent-call.ts';
import { redactorOf } from './call-redactor.ts';
import { cancelAsk } from './cancel-ask.ts';
import { explainEgress, explainStatus, rawText, refusedReading } from './explain-failure.ts';
import { defaultTimeoutMs, mostAnswerBytes, type Prepared, prepareAsk } from './prepare-ask.ts';
import type { AgentProtocol, AgentReading } from './protocol.ts';

/** Asks an agent and waits for the whole answer. Throws for bugs alone. */
export async function invoke(call: AgentCall, protocol: AgentProtocol): Promise<AgentAnswer> {
  const started = call.clock.now();
  const prepared = prepareAsk(call, { protocol, streamed: false });
  if (!prepared.ok) return { ...refusedReading(prepared.error), latencyMs: 0 };
  const reading = await send(call, protocol, prepared);
  const answer = { ...reading, latencyMs: Math.max(0, call.clock.now() - started) };
  if (!answer.success && answer.fault === 'cut_off') await cancelAsk(call, protocol, prepared);
  return answer;
}

async function send(call: AgentCall, protocol: AgentProtocol, { request, ask }: Prepared): Promise<AgentReading> {
  const redactor = redactorOf(call);
  try {
    const response = await call.egress.request({ ...request, maxBytes: mostAnswerBytes });
    if (response.status < 200 || response.status > 299)
      return explainStatus(response, { redactor, errorPath: protocol.errorPath, now: call.clock.now() });
    const body = readBody({ headers: { 'content-type': 'application/json' }, body: response.body }, redactor);
    const reading = protocol.read({ headers: response.headers, body }, ask);
    return reading.success ? reading : { ...reading, rawResponse: rawText(response.body, redactor) };
  } catch (error) {
    if (error instanceof EgressError) return explainEgress(error, { timeoutMs: call.timeoutMs ?? defaultTimeoutMs });
    throw error;
  }
}
