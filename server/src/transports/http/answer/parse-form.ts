const mostPairs = 10_000;

/** A form-encoded text (`a=1&b=2`) as an object of texts, a name that comes again with a list; `undefined` for more than 10,000 pairs. */
export function parseForm(text: string): Readonly<Record<string, string | readonly string[]>> | undefined {
  const pairs = [...new URLSearchParams(text)];
  if (pairs.length > mostPairs) return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(
    [...values].map(([name, [first = '', ...more]]) => [name, more.length ? [first, ...more] : first]),
  );
}
