import { isRecord } from './json.ts';

const written = new WeakMap<object, Buffer>();

/**
 * Remembers the JSON, in UTF-8, that a value was parsed from, as long as there is that very value: what is chosen from it or
 * changed is another value, which is written anew. The value must not be altered, nor the bytes hold what may not go on.
 */
export function keepWritten(value: unknown, json: Buffer): void {
  if (typeof value === 'object' && value !== null) written.set(value, json);
}

/** The JSON that a value was parsed from, in UTF-8, where that is remembered. */
export function asWritten(value: unknown): Buffer | undefined {
  return typeof value === 'object' && value !== null ? written.get(value) : undefined;
}

/** Parts that may be found as they were written stand in at most so many objects. */
const deepest = 2;

/** The JSON of a value, in UTF-8, with what is remembered as it was written standing so; `undefined` where nothing in it is. */
export function writeAsCame(value: unknown, deep = deepest): Buffer | undefined {
  const known = asWritten(value);
  if (known !== undefined || deep === 0 || !isRecord(value)) return known;
  const members = Object.entries(value).map(([name, member]) => [name, member, writeAsCame(member, deep - 1)] as const);
  if (members.every(([, , came]) => came === undefined)) return undefined;
  const texts = members.flatMap(([name, member, came]) => memberOf(name, came ?? JSON.stringify(member)));
  return Buffer.concat([open, ...texts.slice(1), close]);
}

const [open, comma, close] = [Buffer.from('{'), Buffer.from(','), Buffer.from('}')];

/** With a comma in front; what JSON does not know is left out, as `JSON.stringify` does. */
function memberOf(name: string, json: string | Buffer | undefined): readonly Buffer[] {
  if (json === undefined) return [];
  return [comma, Buffer.from(`${JSON.stringify(name)}:`), typeof json === 'string' ? Buffer.from(json) : json];
}
