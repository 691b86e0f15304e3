import type { FailureCode } from '../../errors.ts';
import { takesIdempotencyKey } from '../idempotency/idempotency-key.ts';
import type { Route } from '../route.ts';

type Node = Readonly<Record<string, unknown>>;

/** Headers of answers, each described once. */
export const headerComponents: Readonly<Record<string, Node>> = {
  RequestId: text('The id of this request, for logs and reports.', 'uuid'),
  RateLimit: whole('Requests a minute that the credential may make.'),
  RateLimitRemaining: whole('Requests that are left of them.'),
  RateLimitReset: whole('Seconds until the count starts anew.'),
  RetryAfter: whole('Seconds after which trying again makes sense (RFC 9110 §10.2.3).'),
  Link: text('Where the list goes on, with `rel="next"`, where it does (RFC 8288).'),
  Location: text('Where to go (RFC 9110 §10.2.2).'),
  IdempotentReplayed: text('`true` where this is the answer of an earlier request with the same Idempotency-Key.'),
  Challenge: text('How to send a credential (RFC 9110 §11.6.1).'),
};

/** The headers of a successful answer of the route. */
export function answerHeaders(route: Route, status: string, isList: boolean): Node {
  return {
    ...everyAnswer(route),
    ...(isList ? { Link: to('Link') } : {}),
    ...(status.startsWith('3') ? { Location: to('Location') } : {}),
    ...(takesIdempotencyKey(route) ? { 'Idempotent-Replayed': to('IdempotentReplayed') } : {}),
  };
}

/** The headers of a failure with this code, on whatever route. */
export function failureHeaders(code: FailureCode): Node {
  return {
    'X-Request-Id': to('RequestId'),
    ...(code === 'RATE_LIMITED' ? { ...limits, 'Retry-After': to('RetryAfter') } : {}),
    ...(code === 'CONFLICT' ? { 'Retry-After': to('RetryAfter') } : {}),
    ...(code === 'UNAUTHORIZED' ? { 'WWW-Authenticate': to('Challenge') } : {}),
  };
}

/** The header parameter of routes that create or call (RULINGS, Everywhere 10). */
export function idempotencyParameter(route: Route): readonly Node[] {
  if (!takesIdempotencyKey(route)) return [];
  const description =
    'A text of your own. For a day, a request with the same key and content is given the first answer again; another content is a 409. Counts where the answer is no stream.';
  const schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' };
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema }];
}

const limits = {
  'X-RateLimit-Limit': to('RateLimit'),
  'X-RateLimit-Remaining': to('RateLimitRemaining'),
  'X-RateLimit-Reset': to('RateLimitReset'),
};

function everyAnswer({ access }: Route): Node {
  return { 'X-Request-Id': to('RequestId'), ...(access === 'public' ? {} : limits) };
}

function to(name: string): Node {
  return { $ref: `#/components/headers/${name}` };
}

function text(description: string, format?: string): Node {
  return { description, schema: { type: 'string', ...(format === undefined ? {} : { format }) } };
}

function whole(description: string): Node {
  return { description, schema: { type: 'integer', minimum: 0 } };
}
