import type { Connector, Effect, Operation } from '../../catalog/connector.ts';
import type { EgressResponse } from '../../egress/egress.ts';
import { isRecord, type JsonObject } from '../../lib/json.ts';
import { meetsExpectation } from '../../catalog/answers/meets-expectation.ts';
import type { Outcome, Rejected, RejectedReason } from '../outcome.ts';
import { providerWords } from '../../catalog/answers/provider-words.ts';
import { readPath } from '../../catalog/answers/read-path.ts';
import type { Redactor } from '../../lib/redact.ts';
import { failureReason } from './answer/failure-reason.ts';
import { type GraphqlErrors, graphqlErrors } from './answer/graphql-errors.ts';
import { keepPaths } from './answer/keep-paths.ts';
import { readBody } from './read-body.ts';
import { readPage } from './answer/read-page.ts';
import { readStatus, refusal } from './read-status.ts';
import { retryAfterOf } from './retry-after.ts';

/** What is needed to understand an answer. */
export interface ReadOptions {
  readonly connector: Pick<Connector, 'http'>;
  readonly operation: Operation;
  /** What the call was made with, for lists that are counted through. Default: nothing. */
  readonly args?: JsonObject;
  readonly effect: Effect;
  readonly redactor: Redactor;
  /** Milliseconds since the epoch, for dates in `Retry-After`. */
  readonly now: number;
}

/**
 * What a provider's answer means: its useful part, whose fault a refusal is, or that it is out of order. Of a list that goes
 * on the useful part is a page, whose `next` is the value of the argument that asks for the one after it. Pure.
 */
export function readResponse(options: ReadOptions, response: EgressResponse): Outcome {
  const answer = readBody(response, options.redactor);
  const { connector, operation } = options;
  if (!succeeded(operation, response.status)) return readFailure(options, response, answer);
  const expected = operation.expect_json ?? connector.http?.expect_json ?? [];
  const errors = graphqlErrors(answer, connector.http?.graphql);
  const isRefused = errors !== undefined && !errors.keepsData;
  if (isRefused || !expected.every((expectation) => meetsExpectation(answer, expectation))) {
    return refused(options, response, { answer, fact: 'The provider refused the call', otherwise: 'input' });
  }
  const output = usefulPart(options, response, answer);
  return { status: 'ok', output: errors === undefined ? output : withErrors(output, errors) };
}

/** Data that came with errors, with their words beside it: of a page, in it. */
function withErrors(output: unknown, { words, isDeclared }: GraphqlErrors): unknown {
  if (!isDeclared) return output;
  return isRecord(output) && Array.isArray(output['items'])
    ? { ...output, errors: words }
    : { data: output, errors: words };
}

/** Whether a status is one that the operation counts as a success. */
export function succeeded(operation: Pick<Operation, 'ok_status'>, status: number): boolean {
  return (status >= 200 && status < 300) || operation.ok_status.includes(status);
}

/** All of the answer where the useful part is missing: providers leave out empty lists. */
function usefulPart({ operation, args = {} }: ReadOptions, response: EgressResponse, answer: unknown): unknown {
  const { select, keep, pagination } = operation;
  const found = select === undefined ? answer : readPath(answer, select);
  const part = found === undefined ? answer : found;
  const shown = keep === undefined || found === undefined ? part : keepPaths(part, keep);
  if (pagination === undefined) return shown;
  return readPage({ pagination, args, answer, part, shown, response }) ?? shown;
}

/** What the provider says itself counts before what its status means. */
function readFailure(options: ReadOptions, response: EgressResponse, answer: unknown): Outcome {
  const { connector, operation, effect, now } = options;
  const fact = `The provider answered ${response.status}`;
  const told = failureReason(connector, operation, answer);
  if (told !== undefined) return refused(options, response, { answer, fact, otherwise: told });
  const message = wordsFor(options, fact, answer);
  return readStatus(response, { effect, message, now, rateLimit: connector.http?.rate_limit });
}

interface Refused {
  readonly answer: unknown;
  readonly fact: string;
  /** Whose fault it is where the provider does not say. */
  readonly otherwise: RejectedReason;
}

function refused(options: ReadOptions, { headers }: EgressResponse, { answer, fact, otherwise }: Refused): Rejected {
  const { connector, operation, now } = options;
  const reason = failureReason(connector, operation, answer) ?? otherwise;
  return refusal(reason, wordsFor(options, fact, answer), retryAfterOf(headers, now, connector.http?.rate_limit));
}

function wordsFor({ connector, operation }: ReadOptions, fact: string, answer: unknown): string {
  const words = providerWords(answer, operation.message ?? connector.http?.message);
  return words === '' ? `${fact}.` : `${fact}: ${words}`;
}
