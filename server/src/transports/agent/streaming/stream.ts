import { EgressError, type EgressStream } from '../../../egress/egress.ts';
import { readBody } from '../../http/read-body.ts';
import { createRedactor, type Redactor } from '../../../lib/redact.ts';
import type { AgentAnswer, AgentCall, AgentEvent } from '../agent-call.ts';
import { redactorOf, secretsOf } from '../call-redactor.ts';
import { cancelAsk } from '../cancel-ask.ts';
import { brokenOff, explainEgress, explainStatus, rawText, refusedReading } from '../explain-failure.ts';
import { createHoldBack } from './hold-back.ts';
import { defaultTimeoutMs, mostAnswerBytes, type Prepared, prepareAsk } from '../prepare-ask.ts';
import type { AgentAsk, AgentProtocol, AgentReading } from '../protocol.ts';
import { readEvents } from './read-events.ts';

/** Every event repeats what a chat holds so far, with some back-ends: all of them together may be larger than an answer. */
const mostStreamBytes = 64 * 1024 * 1024;

/** Asks an agent and hands on its answer as it comes. Who stops reading has left: the agent's run is cancelled. */
export async function* stream(call: AgentCall, protocol: AgentProtocol): AsyncGenerator<AgentEvent> {
  const started = call.clock.now();
  const prepared = prepareAsk(call, { protocol, streamed: true });
  if (!prepared.ok) return yield answered({ ...refusedReading(prepared.error), latencyMs: 0 });
  const leaving = new AbortController();
  let lost = true;
  try {
    const reading = yield* send(
      { ...call, signal: AbortSignal.any([call.signal, leaving.signal]) },
      protocol,
      prepared,
    );
    lost = !reading.success && reading.fault === 'cut_off';
    yield answered({ ...reading, latencyMs: Math.max(0, call.clock.now() - started) });
  } finally {
    leaving.abort();
    if (lost) await cancelAsk(call, protocol, prepared);
  }
}

async function* send(
  call: AgentCall,
  protocol: AgentProtocol,
  { request, ask }: Prepared,
): AsyncGenerator<AgentEvent, AgentReading> {
  const redactor = redactorOf(call);
  try {
    const response = await call.egress.stream({ ...request, signal: call.signal, maxBytes: mostStreamBytes });
    if (response.status >= 200 && response.status <= 299)
      return yield* receive(response, { call, protocol, ask, redactor });
    const body = await beginningOf(response);
    const { status, headers } = response;
    const now = call.clock.now();
    return explainStatus({ status, headers, body }, { redactor, errorPath: protocol.errorPath, now });
  } catch (error) {
    if (error instanceof EgressError) return explainEgress(error, { timeoutMs: call.timeoutMs ?? defaultTimeoutMs });
    throw error;
  }
}

interface Receiver {
  readonly call: AgentCall;
  readonly protocol: AgentProtocol;
  readonly ask: AgentAsk;
  readonly redactor: Redactor;
}

/** Whatever the answer calls itself: with no event in it, it is read as one that was sent at once. */
async function* receive(
  { headers, body }: EgressStream,
  { call, protocol, ask, redactor }: Receiver,
): AsyncGenerator<AgentEvent, AgentReading> {
  const gatherer = protocol.gather();
  const holdBack = createHoldBack(secretsOf(call), redactor);
  const beginning = createBeginning();
  let [gathered, size] = [false, 0];
  for await (const { event, data } of readEvents(beginning.keep(body), { maxChars: mostAnswerBytes })) {
    gathered = true;
    const text = gatherer.take({ event, data: parse(Buffer.from(data)) });
    size += text.length;
    if (size > mostAnswerBytes) throw new EgressError('too_large', 'The answer is too large.', { sent: true });
    yield* delta(holdBack.push(text));
  }
  yield* delta(holdBack.end());
  const whole = gathered ? gatherer.whole() : parse(beginning.bytes());
  if (whole === undefined) return brokenOff();
  const reading = protocol.read({ headers, body: redactor.value(whole) }, ask);
  if (reading.success) return reading;
  const raw = gathered ? Buffer.from(JSON.stringify(whole)) : beginning.bytes();
  return { ...reading, rawResponse: rawText(raw, redactor) };
}

function* delta(content: string): Generator<AgentEvent> {
  if (content !== '') yield { event: 'delta', content };
}

function answered(answer: AgentAnswer): AgentEvent {
  return { event: 'answer', answer };
}

const nothing = createRedactor([]);

/** JSON, or text where it is none that can be written out again. */
function parse(body: Buffer): unknown {
  return readBody({ headers: { 'content-type': 'application/json' }, body }, nothing);
}

interface Beginning {
  /** The same bytes, of which the first 4 MiB are kept. */
  keep(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer>;
  bytes(): Buffer;
}

function createBeginning(): Beginning {
  const kept: Buffer[] = [];
  let size = 0;
  return {
    async *keep(body) {
      for await (const chunk of body) {
        if (size < mostAnswerBytes) kept.push(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    bytes: () => Buffer.concat(kept),
  };
}

async function beginningOf({ body }: EgressStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostAnswerBytes) break;
  }
  return Buffer.concat(chunks);
}
