import { Failure } from '../../errors.ts';
import { offeredTypes } from './offered-events.ts';

/** Everything that can be asked for: each type, each group of them as `connection.*`, and `*`. */
const known: ReadonlySet<string> = new Set(['*', ...offeredTypes.map(groupOf), ...offeredTypes]);

/** What a webhook is to be told of, each once. Throws BAD_REQUEST naming what there is where it asks for something else. */
export function readWanted(asked: readonly string[]): readonly string[] {
  const unknown = asked.find((wish) => !known.has(wish));
  if (unknown === undefined) return [...new Set(asked)];
  throw new Failure(
    'BAD_REQUEST',
    `There is no event "${unknown.slice(0, 60)}". There are ${[...known].map((wish) => `"${wish}"`).join(', ')}.`,
  );
}

/** Whether an event of this type is among those asked for. */
export function isWanted(wanted: readonly string[], type: string): boolean {
  return wanted.some((wish) => wish === '*' || wish === type || wish === groupOf(type));
}

/** `connection.*` for `connection.failed`. */
function groupOf(type: string): string {
  return `${type.slice(0, type.indexOf('.'))}.*`;
}
