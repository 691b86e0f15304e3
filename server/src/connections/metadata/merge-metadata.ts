import { Failure } from '../../errors.ts';

/** What an app wrote on a connection. */
export type Metadata = Readonly<Record<string, string>>;

/** What it writes anew: null takes a key away. */
export type MetadataChange = Readonly<Record<string, string | null>>;

export const metadataLimits = { keys: 50, keyCharacters: 40, valueCharacters: 500 } as const;

/** The metadata after a change; what the change does not name stays. Throws BAD_REQUEST where that is too much. */
export function mergeMetadata(before: Metadata, change: MetadataChange): Metadata {
  const merged = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > metadataLimits.keys) throw new Failure('BAD_REQUEST', tooMany);
  return Object.fromEntries(merged);
}

const tooMany = `A connection holds at most ${metadataLimits.keys} keys of metadata. Take some away with null.`;

/** Whether both say the same, in whatever order. */
export function isSameMetadata(left: Metadata, right: Metadata): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
