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
