import { z } from 'zod';
import { paginationSchema } from './pagination.ts';
import { template } from './parts.ts';
import { expectationSchema } from './verify.ts';

/** What a provider can mean by a failure that it tells itself. */
const reason = z.enum(['auth', 'input', 'scope', 'rate_limit']);

/** A failure that a provider tells in its answer: whose fault it is where the value at `path` is one of these codes. */
const failureSchema = z.strictObject({
  path: z.string().min(1),
  one_of: z.array(z.union([z.string(), z.number()])).min(1),
  reason,
});

/** Where the provider's own words for a failure stand; of several places the first that says something. */
const message = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** A header of the provider's own that says when to come back after a spent limit. */
const retryHeaderSchema = z.strictObject({
  header: z.string().min(1),
  /** `seconds` and `milliseconds` from now, a moment since the epoch, a date (RFC 9110 §5.6.7), or words such as `1m30s`. */
  unit: z.enum(['seconds', 'milliseconds', 'epoch_seconds', 'epoch_milliseconds', 'date', 'duration']),
});

/** How a GraphQL API tells its errors, which may come with status 200 and beside data (GraphQL spec §7.1). */
const graphqlSchema = z.strictObject({
  /** Where the code of an error stands in it; of several places any counts. */
  codes: z.array(z.string().min(1)).min(1).default(['extensions.code']),
  /** Whose fault a code is; what is not listed is the fault of the arguments. */
  reasons: z.record(z.string(), reason).default({}),
  /** What becomes of data that came with errors: refused like no data, or kept with the words of the errors beside it. */
  partial: z.enum(['refused', 'kept']).default('refused'),
});

/** Where an HTTP API lives, what every call to it carries, and how it tells a failure. */
export const httpSchema = z.strictObject({
  base_url: template,
  /** Whether a GET can change something at the provider, so that the raw proxy asks before it as before any write. */
  get_may_write: z.boolean().optional(),
  headers: z.record(z.string(), template).default({}),
  /** Sent with every call, e.g. an API version. */
  query: z.record(z.string(), template).default({}),
  /** What the answer of every tool must say to be a success; an operation's own `expect_json` replaces it. */
  expect_json: z.array(expectationSchema).optional(),
  /**
   * How the provider's own error codes are understood, whatever the status of a failed call; the first that fits counts.
   * List a code only where the status says less, or something else. `auth` gives the connection up: for codes about the
   * credential itself; what it may not do is `scope` (RULINGS 003.2).
   */
  failures: z.array(failureSchema).optional(),
  /** For every tool that does not say it itself. */
  message: message.optional(),
  graphql: graphqlSchema.optional(),
  /** Besides `Retry-After` and the usual `X-RateLimit-…` headers, which are read of every provider. */
  rate_limit: z.array(retryHeaderSchema).min(1).optional(),
});

/**
 * A plain text mail that is part of a request (RFC 5322), in UTF-8. A header whose value is absent is left out; a value with a
 * line break or another control character in a header is refused, whoever it comes from.
 */
const mailSchema = z.strictObject({
  headers: z.record(z.string().regex(/^[!-9;-~]+$/, 'is no name of a header (RFC 5322 §2.2)'), template),
  text: template,
});

/**
 * How a tool of an HTTP API is carried. Templates are encoded by where they stand. A value that is one template alone
 * keeps its JSON type and is left out when the argument is absent.
 */
export const operationSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().min(1).max(1000),
  /** Parameters by name, or one template alone that stands for an object of them: `${arg.query}`. */
  query: z
    .union([template, z.record(z.string(), z.unknown())], 'an object, or one template alone such as ${arg.query}')
    .default({}),
  headers: z.record(z.string(), template).default({}),
  body: z.unknown().optional(),
  /** The body knows it as `${derived.mail}`, e.g. `raw: ${derived.mail|base64url}`. */
  mail: mailSchema.optional(),
  /**
   * `multipart` sends each entry of the body as a part, an argument with `format: file` as a file (RFC 7578); `file` sends
   * the bytes of one such argument as they are.
   */
  body_type: z.enum(['json', 'form', 'text', 'multipart', 'file']).default('json'),
  /** Where the useful part of the answer stands; absent: all of it. */
  select: z.string().optional(),
  /**
   * What of that part a model is shown, as names joined by dots, e.g. `user.login`; absent: everything. Names lead through
   * lists into each of their items, so that `number` is kept of every item of a list.
   */
  keep: z
    .array(z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, 'names joined by dots, e.g. user.login'))
    .min(1)
    .optional(),
  /** `file`: a success is kept as a file, whatever its media type, and the caller gets a reference to it. */
  answer: z.literal('file').optional(),
  pagination: paginationSchema.optional(),
  /** Statuses that mean success besides 200 to 299. */
  ok_status: z.array(z.int()).default([]),
  /** What a JSON answer must say to be a success, for providers that answer 200 to a failure; absent: `http.expect_json`. */
  expect_json: z.array(expectationSchema).optional(),
  /** Looked through before `http.failures`. */
  failures: z.array(failureSchema).optional(),
  message: message.optional(),
});
