import { z } from 'zod';
import { template } from './parts.ts';

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A claim about a JSON answer: something stands at `path` (dots and indexes), and it equals, or is one of, or is none of. */
export const expectationSchema = z
  .strictObject({
    path: z.string().min(1),
    exists: z.literal(true).optional(),
    /** Nothing stands there, or null. */
    absent: z.literal(true).optional(),
    equals: plain.optional(),
    one_of: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    /** What must not stand there, one value or several. Where nothing stands at all the claim fails. */
    not: z.union([plain, z.array(plain).min(1)]).optional(),
  })
  .refine(
    ({ absent, exists, equals, one_of, not }) =>
      absent === undefined || [exists, equals, one_of, not].every((each) => each === undefined),
    'says "absent" and something about a value',
  );

/** The probe that decides whether submitted values work (RULINGS 001.5). */
export const verifySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
    url: template,
    headers: z.record(z.string(), template).default({}),
    body: z.unknown().optional(),
    expect_status: z.array(z.int().min(100).max(599)).min(1).default([200]),
    expect_json: z.array(expectationSchema).default([]),
    /** Where the name of the account stands in the answer, e.g. `login`. */
    account: z.string().optional(),
    /** Where the provider's own words for a refusal stand, e.g. `message`. */
    message: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('mcp') }),
  /** The first value of the first row is the name of the account. */
  z.strictObject({ kind: z.literal('sql'), query: z.string().min(1).max(4000) }),
]);
