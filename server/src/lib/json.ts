import canonicalize from 'canonicalize';

/** Any JSON value (RFC 8259). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Whether the value is an object with keys: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parsed JSON, or `undefined` where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts of a stored JSON array; anything else in it is left out. */
export function readTextList(text: string): string[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A stored JSON object, or an empty one. */
export function readJsonObject(text: string): JsonObject {
  const value: unknown = parseJson(text);
  return isJsonObject(value) ? value : {};
}

/** Whether a parsed value is a JSON object; what `JSON.parse` made holds nothing but JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value);
}

/** Whether lists and objects stand in each other more than so many times. Level by level, without recursion. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: readonly unknown[] = [value].filter(isComposite);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= most) return true;
    level = level.flatMap((each) => Object.values(Object(each))).filter(isComposite);
  }
  return false;
}

/** The same of JSON before it is parsed, which costs memory level by level; brackets count wherever they stand. */
export function nestsDeeper(json: string, most: number): boolean {
  if (!hasMore(json, '[', most / 2) && !hasMore(json, '{', most / 2)) return false;
  let depth = 0;
  for (const bracket of json.replaceAll(/[^[\]{}]+/g, '')) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > most) return true;
  }
  return false;
}

function hasMore(text: string, bracket: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count <= most; count += 1) {
    at = text.indexOf(bracket, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The one text of a JSON value whatever its key order (RFC 8785), for digests. */
export function canonicalJson(value: unknown): string {
  return canonicalize(value) ?? 'null';
}
