import type { Effect, Operation } from '../../catalog/connector.ts';
import type { EgressResponse } from '../../egress/egress.ts';
import { isRecord } from '../../lib/json.ts';
import { meetsExpectation } from '../meets-expectation.ts';
import type { Outcome, RejectedReason } from '../outcome.ts';
import { providerWords } from '../provider-words.ts';
import { readPath } from '../read-path.ts';
import type { Redactor } from '../redact.ts';
import { readBody } from './read-body.ts';
import { retryAfterOf } from './retry-after.ts';

/** What is needed to understand an answer. */
export interface ReadOptions {
  readonly operation: Operation;
  readonly effect: Effect;
  readonly redactor: Redactor;
  /** Milliseconds since the epoch, for dates in `Retry-After`. */
  readonly now: number;
}

/** What a provider's answer means: its useful part, whose fault a refusal is, or that it is out of order. Pure. */
export function readResponse(options: ReadOptions, response: EgressResponse): Outcome {
  const answer = readBody(response, options.redactor);
  const { operation } = options;
  if (!succeeded(operation, response.status)) return readFailure(options, response, answer);
  const failed = operation.expect_json.find((expectation) => !meetsExpectation(answer, expectation));
  if (failed !== undefined || hasGraphqlErrors(answer)) {
    return refusal('input', said('The provider refused the call', providerWords(answer, operation.message)));
  }
  return { status: 'ok', output: select(answer, operation.select) };
}

function succeeded(operation: Operation, status: number): boolean {
  return (status >= 200 && status < 300) || operation.ok_status.includes(status);
}

/** All of the answer where the useful part is missing: providers leave out empty lists. */
function select(answer: unknown, path: string | undefined): unknown {
  const part = path === undefined ? undefined : readPath(answer, path);
  return part === undefined ? answer : part;
}

/** GraphQL answers 200 to a failure: errors with words, and no data beside them (GraphQL spec §7.1). */
function hasGraphqlErrors(answer: unknown): boolean {
  if (!isRecord(answer) || !Array.isArray(answer.errors) || answer.errors.length === 0) return false;
  const worded = answer.errors.every((error) => isRecord(error) && typeof error.message === 'string');
  return worded && !hasData(answer.data);
}

function hasData(data: unknown): boolean {
  return isRecord(data) ? Object.values(data).some((value) => value !== null) : data !== undefined && data !== null;
}

function readFailure({ operation, effect, now }: ReadOptions, response: EgressResponse, answer: unknown): Outcome {
  const { status, headers } = response;
  const message = said(`The provider answered ${status}`, providerWords(answer, operation.message));
  if (effect === 'write' && (status === 502 || status === 504)) {
    return { status: 'outcome_unknown', message: `${message}. Whether the write took place is not known.` };
  }
  if (status >= 500 || status === 408) return { status: 'unavailable', message };
  if (status < 400) return refusal('input', `The provider answered ${status}, a redirect that is not followed.`);
  if (isRateLimit(status, headers)) return rateLimited(message, retryAfterOf(headers, now));
  return refusal(reasonOf(status), message);
}

/** A 403 is about what the credential may do, never about the credential: it leaves a connection's status alone (RULINGS 003.2). */
function reasonOf(status: number): RejectedReason {
  if (status === 401) return 'auth';
  return status === 403 ? 'scope' : 'input';
}

/** GitHub and others answer 403 to a spent limit, with nothing remaining or a time to come back at. */
function isRateLimit(status: number, headers: EgressResponse['headers']): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);
}

function rateLimited(message: string, seconds: number | undefined): Outcome {
  const limited = refusal('rate_limit', message);
  return seconds === undefined ? limited : { ...limited, retry_after: seconds };
}

function refusal(
  reason: RejectedReason,
  message: string,
): { status: 'rejected'; reason: RejectedReason; message: string } {
  return { status: 'rejected', reason, message };
}

function said(fact: string, words: string): string {
  return words === '' ? `${fact}.` : `${fact}: ${words}`;
}
