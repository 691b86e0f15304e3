import { PlugboardError } from '../plugboard-error.ts';

/** One page; `next_cursor` asks for the one after it and is null on the last. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** A list that is asked for page by page, as far as somebody reads: `for await (const call of plugboard.calls.list())`. */
export interface List<T> extends AsyncIterable<T> {
  /** One page: the first, or the one that begins at the cursor. */
  page(cursor?: string): Promise<Page<T>>;
  /** Every item of every page. */
  all(): Promise<T[]>;
}

/** A list whose pages come from there. Nothing is asked before somebody reads. */
export function createList<T>(fetchPage: (cursor: string | undefined) => Promise<Page<T>>): List<T> {
  async function* items(): AsyncGenerator<T, void> {
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page: Page<T> = await fetchPage(cursor);
      yield* page.data;
      cursor = page.next_cursor ?? undefined;
      if (cursor !== undefined && seen.has(cursor)) throw goesInCircles();
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined);
  }
  return {
    page: fetchPage,
    all: async () => {
      const all: T[] = [];
      for await (const item of items()) all.push(item);
      return all;
    },
    [Symbol.asyncIterator]: items,
  };
}

function goesInCircles(): PlugboardError {
  const message = 'The pages of the list go in circles. Are client and server of the same version?';
  return new PlugboardError(message, { code: 'UNEXPECTED_ANSWER', status: 200 });
}
