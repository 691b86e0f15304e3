const deep = /^([^[\]]+)\[(.*)\]$/s;

/** A query with `metadata[plan]=pro` as `{metadata: {plan: 'pro'}}` (OpenAPI, style deepObject), one level deep; all else as it came. */
export function readDeepQuery(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const read = new Map<string, unknown>();
  const objects = new Map<string, Map<string, unknown>>();
  for (const [key, value] of Object.entries(query)) {
    const [, name, within = ''] = deep.exec(key) ?? [];
    if (name === undefined || Object.hasOwn(query, name)) read.set(key, value);
    else objects.set(name, (objects.get(name) ?? new Map<string, unknown>()).set(within, value));
  }
  for (const [name, entries] of objects) read.set(name, Object.fromEntries(entries));
  return Object.fromEntries(read);
}
