import { Failure } from '../errors.ts';
import { beginning, type Position, readCursor } from '../lib/cursor.ts';

/** The position a list goes on after: before its first row where there is no cursor. Throws BAD_REQUEST where the cursor is none of ours. */
export function pageStart(cursor: string | undefined): Position {
  if (cursor === undefined) return beginning;
  const position = readCursor(cursor);
  if (!position)
    throw new Failure('BAD_REQUEST', 'This cursor is not one of ours. Take next_cursor from the page before.');
  return position;
}
