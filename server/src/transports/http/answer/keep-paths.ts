import { isRecord } from '../../../lib/json.ts';

/**
 * A copy with only what stands at these paths, names joined by dots, in their order. Names lead through lists into each
 * of their items; what has no names, such as text or null, stays as it is.
 */
export function keepPaths(value: unknown, paths: readonly string[]): unknown {
  return keep(value, namesOf(paths));
}

/** What is kept, by name: all of it where no names stand below. */
type Names = Map<string, Names>;

function namesOf(paths: readonly string[]): Names {
  const names: Names = new Map();
  for (const path of paths) path.split('.').reduce(below, names);
  return names;
}

function below(names: Names, name: string): Names {
  const found: Names = names.get(name) ?? new Map();
  names.set(name, found);
  return found;
}

function keep(value: unknown, names: Names): unknown {
  if (names.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => keep(item, names));
  if (!isRecord(value)) return value;
  const found = [...names].filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(found.map(([name, inner]) => [name, keep(value[name], inner)]));
}
