import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Failure } from '../errors.ts';
import { stepsOf } from '../lib/json-pointer.ts';
import { whyUnfit } from '../storage/fitness/why-unfit.ts';
import { refusalWhile } from './admission/refuse-while-unfit.ts';
import { InvalidBody, type InputProblem } from './parse-input.ts';

type Asked = Pick<FastifyRequest, 'id' | 'url'>;

interface Shown {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** The one exit of failures: sends the error in the dialect of the path. What is not a `Failure` is logged and told to nobody. */
export function showFailure(error: unknown, exchange: Exchange): FastifyReply {
  const { request, reply } = exchange;
  const failure = loggedFailure(error, exchange);
  const { status, body, headers } = shownFailure(failure, error, request);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body);
}

/** The failure behind whatever was thrown; a bug of ours is logged here, once. */
export function loggedFailure(error: unknown, { request, log }: Pick<Exchange, 'request' | 'log'>): Failure {
  const failure = failureOf(error);
  if (failure.code === 'INTERNAL') {
    log.error(
      { request_id: request.id, method: request.method, route: request.routeOptions.url, err: error },
      'a request failed',
    );
  }
  return failure;
}

/** A request that failed, and how to answer it. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Logger;
}

/** The failure behind whatever was thrown. Fastify's own refusals get a code and a sentence; the rest is INTERNAL. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const own = frameworkFailure(error) ?? unfitFailure(error);
  return (
    own ??
    new Failure('INTERNAL', 'Something went wrong on our side. Report it with this request id.', { cause: error })
  );
}

/** Status, body and headers of a failure, as the path's contract prints them (RULINGS, Everywhere 3). */
export function shownFailure(failure: Failure, error: unknown, request: Asked): Shown {
  const headers = headersOf(failure);
  const detail = request.url.startsWith('/v1/tools/') ? toolsDetail(failure, error) : undefined;
  if (detail !== undefined) return { status: 422, body: { detail }, headers };
  const body = { error: { ...failure.details, code: failure.code, message: failure.message, request_id: request.id } };
  return { status: failure.status, body, headers };
}

function headersOf(failure: Failure): Readonly<Record<string, string>> {
  return {
    ...(failure.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(failure.retryAfter)) }),
    ...(failure.code === 'UNAUTHORIZED' ? { 'www-authenticate': 'Bearer realm="plugboard"' } : {}),
  };
}

interface Detail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: 'missing' | 'json_invalid' | 'value_error';
}

/** What 000 says of a bad body, or `undefined` where the failure is about something else. */
function toolsDetail(failure: Failure, error: unknown): readonly Detail[] | undefined {
  if (failure instanceof InvalidBody)
    return failure.problems.map(({ path, message, missing }) => detailOf(path, message, missing));
  if (codeOf(error)?.startsWith('FST_ERR_CTP_') === true && failure.code === 'BAD_REQUEST') {
    return [{ loc: ['body'], msg: failure.message, type: 'json_invalid' }];
  }
  if (failure.code !== 'INVALID_INPUT') return undefined;
  const problems = namedProblems(failure);
  if (problems.length === 0) return [detailOf([], failure.message, false)];
  return problems.map(({ path, message }) =>
    detailOf(listSteps(path), message, message.startsWith('missing required')),
  );
}

/** The steps of a JSON Pointer; what looks like the index of a list is one. */
function listSteps(path: string): readonly (string | number)[] {
  return stepsOf(path).map((step) => (/^\d{1,4}$/.test(step) ? Number(step) : step));
}

function detailOf(path: readonly (string | number)[], message: string, missing: boolean): Detail {
  return {
    loc: ['body', ...path],
    msg: missing && message === 'is missing.' ? 'Field required' : message,
    type: missing ? 'missing' : 'value_error',
  };
}

function namedProblems(failure: Failure): readonly InputProblem[] {
  const problems = failure.details?.['problems'];
  return Array.isArray(problems) ? problems.filter(isProblem) : [];
}

function isProblem(value: unknown): value is InputProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    typeof value.path === 'string' &&
    'message' in value
  );
}

/** What the state of the database does not let us do, which is nobody's fault who asks (R17). */
function unfitFailure(error: unknown): Failure | undefined {
  const why = whyUnfit(error);
  return why && refusalWhile(why, error);
}

/** What Fastify refuses by itself, in our words. */
function frameworkFailure(error: unknown): Failure | undefined {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error) || !('statusCode' in error)) return undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Failure('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Failure('BAD_REQUEST', 'This endpoint takes JSON. Set content-type to application/json.');
  }
  if (code.startsWith('FST_ERR_CTP_') || error instanceof SyntaxError)
    return new Failure('BAD_REQUEST', 'The body is not valid JSON.');
  if (code === 'FST_ERR_BAD_URL') return new Failure('BAD_REQUEST', 'The path is not validly percent-encoded.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new Failure('BAD_REQUEST', 'A part of the path is too long.');
  const status = error.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Failure('BAD_REQUEST', 'The request is malformed.')
    : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
