import type { Connector, Effect, Operation } from '../../catalog/connector.ts';
import type { EgressResponse } from '../../egress/egress.ts';
import { isRecord } from '../../lib/json.ts';
import { meetsExpectation } from '../meets-expectation.ts';
import type { Outcome, Rejected, RejectedReason } from '../outcome.ts';
import { providerWords } from '../provider-words.ts';
import { readPath } from '../read-path.ts';
import type { Redactor } from '../redact.ts';
import { failureReason } from './failure-reason.ts';
import { keepPaths } from './keep-paths.ts';
import { readBody } from './read-body.ts';
import { retryAfterOf } from './retry-after.ts';

/** What is needed to understand an answer. */
export interface ReadOptions {
  readonly connector: Pick<Connector, 'http'>;
  readonly operation: Operation;
  readonly effect: Effect;
  readonly redactor: Redactor;
  /** Milliseconds since the epoch, for dates in `Retry-After`. */
  readonly now: number;
}

/** What a provider's answer means: its useful part, whose fault a refusal is, or that it is out of order. Pure. */
export function readResponse(options: ReadOptions, response: EgressResponse): Outcome {
  const answer = readBody(response, options.redactor);
  const { connector, operation } = options;
  if (!succeeded(operation, response.status)) return readFailure(options, response, answer);
  const expected = operation.expect_json ?? connector.http?.expect_json ?? [];
  if (hasGraphqlErrors(answer) || !expected.every((expectation) => meetsExpectation(answer, expectation))) {
    const message = said('The provider refused the call', providerWords(answer, operation.message));
    const reason = failureReason(connector, answer) ?? 'input';
    return refusal(reason, message, retryAfterOf(response.headers, options.now));
  }
  return { status: 'ok', output: usefulPart(answer, operation) };
}

function succeeded(operation: Operation, status: number): boolean {
  return (status >= 200 && status < 300) || operation.ok_status.includes(status);
}

/** All of the answer where the useful part is missing: providers leave out empty lists. */
function usefulPart(answer: unknown, { select, keep }: Operation): unknown {
  const part = select === undefined ? answer : readPath(answer, select);
  if (part === undefined) return answer;
  return keep === undefined ? part : keepPaths(part, keep);
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

/** What the provider says itself counts before what its status means. */
function readFailure(options: ReadOptions, response: EgressResponse, answer: unknown): Outcome {
  const { connector, operation, effect, now } = options;
  const { status, headers } = response;
  const message = said(`The provider answered ${status}`, providerWords(answer, operation.message));
  const told = failureReason(connector, answer);
  if (told !== undefined) return refusal(told, message, retryAfterOf(headers, now));
  if (effect === 'write' && (status === 502 || status === 504)) {
    return { status: 'outcome_unknown', message: `${message}. Whether the write took place is not known.` };
  }
  if (status >= 500 || status === 408) return { status: 'unavailable', message };
  if (status < 400) return refusal('input', `The provider answered ${status}, a redirect that is not followed.`);
  return refusal(reasonOf(status, headers), message, retryAfterOf(headers, now));
}

/** A 403 is about what the credential may do, never about the credential: it leaves a connection's status alone (RULINGS 003.2). */
function reasonOf(status: number, headers: EgressResponse['headers']): RejectedReason {
  if (isRateLimit(status, headers)) return 'rate_limit';
  if (status === 401) return 'auth';
  return status === 403 ? 'scope' : 'input';
}

/** GitHub and others answer 403 to a spent limit, with nothing remaining or a time to come back at. */
function isRateLimit(status: number, headers: EgressResponse['headers']): boolean {
  if (status === 429) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);
}

/** Only a rate limit is told when to come back: other refusals stay refusals. */
function refusal(reason: RejectedReason, message: string, retryAfter?: number): Rejected {
  const rejected = { status: 'rejected', reason, message } as const;
  return reason === 'rate_limit' && retryAfter !== undefined ? { ...rejected, retry_after: retryAfter } : rejected;
}

function said(fact: string, words: string): string {
  return words === '' ? `${fact}.` : `${fact}: ${words}`;
}
