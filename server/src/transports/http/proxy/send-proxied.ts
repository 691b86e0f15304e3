import { pipeline, type Readable, type Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Effect } from '../../../catalog/connector.ts';
import { type Egress, EgressError, type EgressStream } from '../../../egress/egress.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Outcome } from '../../outcome.ts';
import { readEgressError } from '../../read-egress-error.ts';
import type { Redactor } from '../../../lib/redact.ts';
import { type AskedPause, askedPause } from '../asked-pause.ts';
import type { RetryHeader } from '../rate-headers.ts';
import { readStatus } from '../read-status.ts';
import { passAnswerHeaders } from './answer-headers.ts';
import type { ProxiedRequest } from './build-proxied.ts';
import { cappedBody, tooLargeBody } from './capped-body.ts';
import { encodingOf } from './encoding-of.ts';
import { holdAnswer } from './hold-answer.ts';
import type { ByteRedactor } from './redact-bytes.ts';
import { mostRelayedBytes, type Relay, type RelayedAnswer } from './relay.ts';

/** A raw request that was ruled on. */
export interface ProxiedCall {
  readonly request: ProxiedRequest;
  readonly effect: Effect;
  readonly redactor: Redactor;
  readonly bytes: ByteRedactor;
  readonly egress: Pick<Egress, 'stream'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly loopback: boolean;
  /** What the base address is called here: an absolute address, without a slash at the end. */
  readonly here: string;
  /** The provider's own headers that say when to come back. */
  readonly rateLimit?: readonly RetryHeader[] | undefined;
  /** Is told what the provider asks of whoever wants to ask again. */
  readonly onAskedPause?: ((pause: AskedPause) => void) | undefined;
  /** For all of it, until the answer has arrived. Default 240,000: less than any call may take. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 240_000;
const smallBytes = 64 * 1024;

/**
 * Sends a request as its body arrives, and hands the answer on as that arrives; resolves when all of it has gone through. It
 * is sent once, whatever happens, and follows nothing.
 */
export async function relayProxied(call: ProxiedCall, relay: Relay): Promise<Outcome> {
  if ((relay.bodyBytes ?? 0) > mostRelayedBytes) return refuseBody(relay);
  const body = relay.body && cappedBody(relay.body, mostRelayedBytes);
  body?.once('error', (error) => isTooLarge(error) && relay.onTooLarge());
  return sent(call, { body, bodyBytes: relay.bodyBytes }, async (response) => {
    const answer = answerOf(call, response);
    relay.onAnswer(answer);
    if (!Buffer.isBuffer(answer.body)) await passed(answer.body);
    return outcomeOf(call, response);
  });
}

/** Sends a request whose body is at hand, and keeps the answer for later: at most 1 MiB of its body. */
export function holdProxied(call: ProxiedCall, body: Buffer | undefined): Promise<Outcome> {
  return sent(call, { body, bodyBytes: undefined }, async (response) => {
    const held = await holdAnswer(answerOf(call, response));
    const outcome = outcomeOf(call, response);
    return outcome.status === 'ok' ? { status: 'ok', output: held } : { ...outcome, answer: held };
  });
}

function refuseBody({ onTooLarge }: Relay): Outcome {
  onTooLarge();
  return { status: 'rejected', reason: 'input', message: tooLargeBody(mostRelayedBytes).message };
}

function isTooLarge(error: Error): boolean {
  return error instanceof EgressError && error.problem === 'too_large';
}

type Body = Pick<Parameters<Egress['stream']>[0], 'body' | 'bodyBytes'>;

async function sent(
  call: ProxiedCall,
  body: Body,
  receive: (response: EgressStream) => Promise<Outcome>,
): Promise<Outcome> {
  const { request, effect, redactor, egress, signal, loopback, timeoutMs = defaultTimeoutMs } = call;
  const { method, url, headers } = request;
  const limits = { timeoutMs, maxBytes: mostRelayedBytes, wholeUpTo: smallBytes };
  let answered: EgressStream | undefined;
  try {
    answered = await egress.stream({ method, url, headers, ...body, ...limits, signal, loopback });
    tellPause(call, answered);
    refuseTooLarge(answered);
    return await receive(answered);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    // The status says what became of a write, however its answer ended.
    if (answered !== undefined && effect === 'write') return outcomeOf(call, answered);
    return readEgressError(error, { effect, redactor });
  }
}

function answerOf({ request, redactor, bytes, here }: ProxiedCall, response: EgressStream): RelayedAnswer {
  const { status, headers, body, whole, url } = response;
  const encoding = encodingOf(headers['content-type']);
  const passed = passAnswerHeaders(headers, redactor, { asked: url, base: request.base, here });
  if (whole !== undefined) return { status, headers: passed, body: bytes.whole(whole, encoding) };
  return { status, headers: passed, body: through(body, bytes.stream(encoding)) };
}

function tellPause({ onAskedPause, clock, rateLimit }: ProxiedCall, response: EgressStream): void {
  const pause = onAskedPause && askedPause(response, clock.now(), rateLimit);
  if (pause) onAskedPause?.(pause);
}

/** What says beforehand that it is too large is not begun. */
function refuseTooLarge({ headers, body, whole, url }: EgressStream): void {
  if (whole !== undefined || Number(headers['content-length'] ?? 0) <= mostRelayedBytes) return;
  body.destroy();
  const { host } = new URL(url);
  throw new EgressError('too_large', `The answer of ${host} is larger than ${mostRelayedBytes} bytes.`, { sent: true });
}

/** The body through what takes secrets out of it, where there are any. */
function through(body: Readable, redacting: Transform | undefined): Readable {
  if (redacting === undefined) return body;
  pipeline(body, redacting, () => undefined);
  return redacting;
}

/** Resolves when the caller has taken all of it. */
async function passed(body: Readable): Promise<void> {
  try {
    await finished(body, { writable: false });
  } catch (error) {
    if (error instanceof EgressError) throw error;
    throw new EgressError('aborted', 'The caller left before the answer was complete.', { sent: true, cause: error });
  }
}

function outcomeOf({ effect, clock, rateLimit }: ProxiedCall, { status, headers }: EgressStream): Outcome {
  if (status < 400) return { status: 'ok', output: null };
  return readStatus(
    { status, headers },
    { effect, message: `The provider answered ${status}.`, now: clock.now(), rateLimit },
  );
}
