/** An object of the description. */
export type Node = Readonly<Record<string, unknown>>;

/** The object at a path of keys, or an empty one. */
export function nodeAt(node: unknown, ...path: readonly string[]): Node {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    node,
  );
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

/** The text under a key, or an empty one. */
export function textAt(node: Node, key: string): string {
  const found = node[key];
  return typeof found === 'string' ? found : '';
}

/** The array under a key, its objects alone. */
export function nodesAt(node: Node, key: string): readonly Node[] {
  const found = node[key];
  return Array.isArray(found) ? found.filter((item) => typeof item === 'object' && item !== null) : [];
}
