import { z } from 'zod';
import { template } from './parts.ts';

/** A claim about a JSON answer: the value at `path` (dots and indexes) exists, or equals, or is one of. */
export const expectationSchema = z.strictObject({
  path: z.string().min(1),
  exists: z.literal(true).optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  one_of: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
});

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
  z.strictObject({ kind: z.literal('sql'), query: z.string() }),
]);
