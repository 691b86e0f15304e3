import type { EgressError, EgressResponse } from '../../egress/egress.ts';
import { readBody } from '../http/read-body.ts';
import { retryAfterOf } from '../http/retry-after.ts';
import { providerWords } from '../../catalog/answers/provider-words.ts';
import type { Redactor } from '../../lib/redact.ts';
import type { AgentFault } from './agent-call.ts';
import type { AgentReading } from './protocol.ts';

type FailedReading = Extract<AgentReading, { success: false }>;

const mostRaw = 2_000;
const asJson = { 'content-type': 'application/json' };

/** What explaining a status takes. */
export interface Explaining {
  readonly redactor: Redactor;
  readonly errorPath?: string | undefined;
  /** Milliseconds since the epoch, for dates in `Retry-After`. */
  readonly now: number;
}

/** What an agent that does not answer 2xx says: its status and its own words (RULINGS 002.5). */
export function explainStatus(
  { status, headers, body }: Pick<EgressResponse, 'status' | 'headers' | 'body'>,
  { redactor, errorPath, now }: Explaining,
): FailedReading {
  const words = providerWords(readBody({ headers: asJson, body }, redactor), errorPath);
  const error = words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
  const retryAfter = status === 429 ? retryAfterOf(headers, now) : undefined;
  const failed = { success: false, error, rawResponse: rawText(body, redactor), fault: faultOf(status) } as const;
  return retryAfter === undefined ? failed : { ...failed, retryAfter };
}

/** What happened on the way, in a few words; what our own rules refuse, in the sentence they give. */
export function explainEgress(error: EgressError, { timeoutMs }: { readonly timeoutMs: number }): FailedReading {
  if (error.problem === 'refused') return { success: false, error: error.message, fault: 'refused' };
  return { success: false, error: wordsFor(error, timeoutMs), fault: error.sent ? 'cut_off' : 'unreachable' };
}

/** A 2xx answer that says no, or that is not an agent's. */
export function refusedReading(error: string): FailedReading {
  return { success: false, error, fault: 'refused' };
}

/** An answer that ended before it was complete. */
export function brokenOff(): FailedReading {
  return { success: false, error: 'The answer broke off', fault: 'cut_off' };
}

/** The beginning of an answer, without secrets. */
export function rawText(body: Buffer, redactor: Redactor): string {
  return redactor.text(body.toString('utf8').trimStart()).slice(0, mostRaw).toWellFormed();
}

function faultOf(status: number): AgentFault {
  if (status === 502 || status === 504) return 'cut_off';
  if (status === 429) return 'limited';
  return status >= 500 || status === 408 ? 'unreachable' : 'refused';
}

function wordsFor(error: EgressError, timeoutMs: number): string {
  switch (error.problem) {
    case 'refused':
      return error.message;
    case 'dns':
      return 'Host not found';
    case 'connect':
      return codeOf(error.cause) === 'ECONNREFUSED' ? 'Connection refused' : 'Host cannot be reached';
    case 'tls':
      return error.message.includes('certificate') ? 'TLS certificate not accepted' : 'TLS connection failed';
    case 'timeout':
      return error.sent ? `Timed out after ${timeoutMs / 1_000} s` : 'Timed out while connecting';
    case 'too_large':
      return 'The answer is too large';
    case 'aborted':
      return 'Cancelled';
    case 'busy':
      return 'Too much is being looked up at once';
    case 'broken':
      return 'The connection broke before the answer was complete';
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
