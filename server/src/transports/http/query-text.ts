/** A query text, as it stands in a URL, without the parameters of these names; the others keep their encoding. */
export function withoutNames(query: string, names: readonly string[]): string {
  if (query === '' || names.length === 0) return query;
  const kept = query
    .split('&')
    .filter((pair) => ![...new URLSearchParams(pair).keys()].some((name) => names.includes(name)));
  return kept.join('&');
}
