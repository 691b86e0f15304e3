import type { NangoConnection, NangoDetail } from './nango-connection.ts';

/** What an import says on a connection, and by which it is found again. */
export const markOf = ({ connectionId, providerConfigKey }: NangoConnection) => ({
  nango_connection_id: connectionId,
  nango_provider_config_key: providerConfigKey,
});

export interface KeptMetadata {
  readonly metadata: Readonly<Record<string, string>>;
  /** Keys that were too long, too many, or too large to keep. */
  readonly leftOut: readonly string[];
}

const mostKeys = 50;
const longestKey = 40;
const longestValue = 500;

/** Tags and metadata as texts, JSON where they were none; the metadata comes before a tag of the same name. */
export function metadataOf(connection: NangoConnection, { metadata, tags }: NangoDetail): KeptMetadata {
  const mark = markOf(connection);
  const kept = new Map<string, string>(Object.entries(mark));
  const leftOut: string[] = [];
  for (const [key, value] of Object.entries({ ...tags, ...metadata })) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (Object.hasOwn(mark, key) || value === null) continue;
    if (kept.size < mostKeys && fits(key, text)) kept.set(key, text);
    else leftOut.push(key.slice(0, longestKey));
  }
  return { metadata: Object.fromEntries(kept), leftOut };
}

function fits(key: string, text: string): boolean {
  const isKey = /^[^\p{Cc}\p{Cs}]+$/u.test(key) && [...key].length <= longestKey;
  return isKey && /^[^\p{Cs}\0]*$/u.test(text) && [...text].length <= longestValue;
}
