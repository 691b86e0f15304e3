import { randomBytes } from 'node:crypto';
import type { Mark } from './model.ts';

/** Texts that say whose they are, and the ids of what is somebody's: everything that an answer may give away. */
export interface Marks {
  /** A new text that stands nowhere else; wherever it turns up, it is known whose it is. */
  write(mark: Mark): string;
  /** Has an id, or another text that somebody else made up, known from here on. */
  know(text: string, mark: Mark): void;
  /** The marks in a text, each once. */
  foundIn(text: string): readonly FoundMark[];
}

export interface FoundMark {
  readonly text: string;
  readonly mark: Mark;
}

/** A text that stands nowhere else, and is nobody's yet. */
export function newText(): string {
  return `zq${randomBytes(8).toString('hex')}`;
}

/** Ours, and ids (RFC 9562 §4) and secrets of Plugboard: letters and digits, which no quoting changes. */
const shapes =
  /zq[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|pbu?_[\w-]{43}|whsec_[\w+/=]+|(?<=\/link\/)[\w-]{43}/g;

/** None are known yet. */
export function createMarks(): Marks {
  const known = new Map<string, Mark>();
  return {
    write(mark) {
      const text = newText();
      known.set(text, mark);
      return text;
    },
    know: (text, mark) => void known.set(text, mark),
    foundIn: (text) =>
      [...new Set(text.match(shapes))].flatMap((found) => {
        const mark = known.get(found);
        return mark === undefined ? [] : [{ text: found, mark }];
      }),
  };
}
