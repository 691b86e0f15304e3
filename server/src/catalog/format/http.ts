import { z } from 'zod';
import { template } from './parts.ts';
import { expectationSchema } from './verify.ts';

/** A failure that a provider tells in its answer: whose fault it is where the value at `path` is one of these codes. */
const failureSchema = z.strictObject({
  path: z.string().min(1),
  one_of: z.array(z.union([z.string(), z.number()])).min(1),
  reason: z.enum(['auth', 'input', 'scope', 'rate_limit']),
});

/** Where an HTTP API lives, what every call to it carries, and how it tells a failure. */
export const httpSchema = z.strictObject({
  base_url: template,
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
  body_type: z.enum(['json', 'form', 'text']).default('json'),
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
  /** Statuses that mean success besides 200 to 299. */
  ok_status: z.array(z.int()).default([]),
  /** What a JSON answer must say to be a success, for providers that answer 200 to a failure; absent: `http.expect_json`. */
  expect_json: z.array(expectationSchema).optional(),
  /** Where the provider's own words for a failure stand. */
  message: z.string().optional(),
});
