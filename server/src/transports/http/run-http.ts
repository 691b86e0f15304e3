import { randomInt } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Effect } from '../../catalog/connector.ts';
import { type Egress, EgressError, type EgressRequest, type EgressResponse } from '../../egress/egress.ts';
import { fileLimits } from '../../files/file.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OnAnswer, Outcome } from '../outcome.ts';
import type { Redactor } from '../../lib/redact.ts';
import { readEgressError } from '../read-egress-error.ts';
import { type AskedPause, askedPause } from './asked-pause.ts';
import { isLargeBinary, type KeepBytes, keepAnswer, wordsOf } from './answer/answer-file.ts';
import { attachTo, buildRequest, type PlannedRequest, type RequestParts } from './build-request.ts';
import { passAnswer } from './pass-answer.ts';
import { readResponse, succeeded } from './read-response.ts';
import { type ReadBytes, writeUpload } from './request/write-upload.ts';

/** One call of a tool that is carried over HTTP. */
export interface HttpCall extends RequestParts {
  /** The request, where it is built already: all but what is attached. */
  readonly planned?: PlannedRequest | undefined;
  readonly effect: Effect;
  readonly redactor: Redactor;
  readonly egress: Pick<Egress, 'request' | 'stream'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether a loopback address may be reached (S6): never, unless the connection was set up so. */
  readonly loopback?: boolean;
  /** For all of it, a second attempt included. Default 30,000. */
  readonly timeoutMs?: number;
  /** Where the bytes of files among the arguments come from. */
  readonly readFile?: ReadBytes;
  /** Keeps an answer that is a file; absent: such an answer stays what it is. */
  readonly keepFile?: KeepBytes | undefined;
  readonly onAnswer?: OnAnswer | undefined;
  /** Is told what the provider asks of whoever wants to ask again. */
  readonly onAskedPause?: ((pause: AskedPause) => void) | undefined;
}

const mostRedirects = 5;
/** Not all at once where many calls met the same fault. */
const pauseBetweenMs = [25, 250] as const;
const largestFile = fileLimits.bytesEach;

/**
 * Carries a call over HTTP. A read that meets a connection fault is tried once more, a moment later; a write is sent once,
 * ever. An answer that is a file is kept as one.
 */
export async function runHttp(call: HttpCall): Promise<Outcome> {
  const built = call.planned === undefined ? buildRequest(call) : attachTo(call.planned, call.attachment);
  if (!built.ok) return built.rejected;
  const { effect, redactor } = call;
  try {
    if (call.operation.answer === 'file' && call.keepFile !== undefined) return await runForFile(call, built);
    return await understood(call, await send(call, built, (request) => call.egress.request(request)));
  } catch (error) {
    if (error instanceof EgressError) return readEgressError(error, { effect, redactor });
    throw error;
  }
}

async function understood(call: HttpCall, response: EgressResponse): Promise<Outcome> {
  const { connector, operation, effect, redactor, clock, keepFile } = call;
  tellPause(call, response);
  call.onAnswer?.(passAnswer(response, redactor, clock.now()));
  const isFile = keepFile !== undefined && isLargeBinary(operation, response);
  if (isFile) return keepAnswer({ effect, redactor, keepFile }, { ...response, body: Readable.from([response.body]) });
  return readResponse({ connector, operation, args: call.args, effect, redactor, now: clock.now() }, response);
}

/** A success goes into its file as it arrives; anything else is read whole, for its words. */
async function runForFile(call: HttpCall, built: PlannedRequest): Promise<Outcome> {
  const { operation, effect, redactor, keepFile } = call;
  const answer = await send(call, built, (request) => call.egress.stream({ ...request, maxBytes: largestFile }));
  if (succeeded(operation, answer.status) && keepFile !== undefined) {
    tellPause(call, answer);
    return keepAnswer({ effect, redactor, keepFile }, answer);
  }
  return understood({ ...call, keepFile: undefined }, { ...answer, body: await wordsOf(answer.body) });
}

function tellPause({ onAskedPause, clock, connector }: HttpCall, response: Heads): void {
  const pause = onAskedPause && askedPause(response, clock.now(), connector.http?.rate_limit);
  if (pause) onAskedPause(pause);
}

type Heads = Pick<EgressResponse, 'status' | 'headers'>;
type Exchange<Answer> = (request: EgressRequest) => Promise<Answer>;

async function send<Answer>(call: HttpCall, built: PlannedRequest, exchange: Exchange<Answer>): Promise<Answer> {
  const deadline = call.clock.now() + (call.timeoutMs ?? 30_000);
  const attempt = async (): Promise<Answer> =>
    exchange({
      ...(await withUpload(call, built)),
      signal: call.signal,
      timeoutMs: Math.max(deadline - call.clock.now(), 1),
      redirects: call.effect === 'read' ? mostRedirects : 0,
      loopback: call.loopback ?? false,
    });
  try {
    return await attempt();
  } catch (error) {
    if (call.effect === 'write' || !isConnectionFault(error)) throw error;
    const pauseMs = randomInt(...pauseBetweenMs);
    if (call.clock.now() + pauseMs >= deadline) throw error;
    await setTimeout(pauseMs, undefined, { signal: call.signal }).catch(() => undefined);
    return attempt();
  }
}

/** The request with its body, whose files are opened anew for every attempt. */
async function withUpload({ readFile }: HttpCall, { request, upload }: PlannedRequest): Promise<EgressRequest> {
  if (upload === undefined) return request;
  if (readFile === undefined) throw new Error('A call with files needs somebody who reads them.');
  const { type, length, body } = await writeUpload(upload, readFile);
  const typed = type === undefined ? {} : { 'content-type': type };
  return { ...request, headers: { ...request.headers, ...typed, 'content-length': String(length) }, body };
}

function isConnectionFault(error: unknown): boolean {
  return error instanceof EgressError && (error.problem === 'connect' || error.problem === 'broken');
}
