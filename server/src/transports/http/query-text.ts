import { Secret } from '../../lib/secret.ts';

/**
 * A query text, as it stands in a URL, without the parameters of these names, however they are spelled in upper and lower
 * case: some servers take either. The others keep their encoding.
 */
export function withoutNames(query: string, names: readonly string[]): string {
  if (query === '' || names.length === 0) return query;
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const kept = query
    .split('&')
    .filter((pair) => ![...new URLSearchParams(pair).keys()].some((name) => taken.has(name.toLowerCase())));
  return kept.join('&');
}

/** A query, as it stands in a URL, with these parameters in the place of any other of their names. */
export function withParameters(query: string, parameters: Readonly<Record<string, string | Secret>>): string {
  const names = Object.keys(parameters);
  if (names.length === 0) return query;
  const own = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(clear(value))}`);
  return joinQueries(withoutNames(query, names), ...own);
}

/** Several queries as one. */
export function joinQueries(...queries: readonly string[]): string {
  return queries.filter((text) => text !== '').join('&');
}

function clear(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
