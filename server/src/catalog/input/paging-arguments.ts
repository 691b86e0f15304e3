import { isRecord } from '../../lib/json.ts';
import type { Pagination } from '../format/pagination.ts';

type Schema = Readonly<Record<string, unknown>>;

/** How far `all` goes on before it stops and answers with `next`. */
export const pagingLimits = { pages: 10, items: 1000 } as const;

/** What every tool with pages takes besides its own arguments. */
const pagingProperties = {
  cursor: { type: 'string', maxLength: 8000, description: 'The next of the page before, exactly as it was answered' },
  all: {
    type: 'boolean',
    description: `Whether to read on by itself, through at most ${pagingLimits.pages} pages or ${pagingLimits.items} items`,
  },
} as const;

/** The arguments that are Plugboard's own in a tool with pages, and nothing to its provider. */
export function pagingArguments(pagination: Pagination | undefined): readonly string[] {
  if (pagination === undefined) return [];
  return Object.keys(pagingProperties).filter((name) => name !== pagination.argument);
}

/** The schema with `cursor` and `all`, where the tool has pages. */
export function withPaging(input: Schema, pagination: Pagination | undefined): Schema {
  if (pagination === undefined) return input;
  const own = isRecord(input['properties']) ? input['properties'] : {};
  return { ...input, properties: { ...own, ...pagingProperties } };
}
