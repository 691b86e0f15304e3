import { z } from 'zod';

/** Names and indexes; a name with dots in it as `["@odata.nextLink"]`. */
const path = z.string().min(1);

const common = {
  /** Where the list stands in the useful part of the answer; absent: that part is the list. */
  items: path.optional(),
  /** The argument that says which page: callers send `cursor` instead, which stands for a value of it. */
  argument: z.string().min(1),
  /** Where the number of all items stands in the answer. */
  total: path.optional(),
};

/** Where the answer says whether there is another page: `false`, nothing or an empty text mean no. Absent: it shows otherwise. */
const more = path.optional();

/**
 * How a list goes on. A tool with this takes `cursor` and `all` besides its own arguments and answers
 * `{items, next?, total?}`: `next` is sent back as `cursor`.
 */
export const paginationSchema = z.discriminatedUnion('kind', [
  /** The answer holds the next value: at `next`, or at `last` in the last item. */
  z.strictObject({ kind: z.literal('cursor'), ...common, next: path.optional(), last: path.optional(), more }),
  /**
   * An address leads on: that of the Link header with `rel="next"` (RFC 8288), or the one at `next` in the answer. The value is
   * that of one parameter of its query; absent: the one named like the argument.
   */
  z.strictObject({
    kind: z.literal('link'),
    ...common,
    next: path.optional(),
    parameter: z.string().min(1).optional(),
  }),
  /** Pages are counted. Without `more` a page with fewer items than the argument `size` asks for, or without any, is the last. */
  z.strictObject({
    kind: z.literal('page'),
    ...common,
    first: z.int().min(0).default(1),
    more,
    size: z.string().min(1).optional(),
  }),
  /** Items are counted, from 0; otherwise as `page`. */
  z.strictObject({ kind: z.literal('offset'), ...common, more, size: z.string().min(1).optional() }),
]);

export type Pagination = z.output<typeof paginationSchema>;
