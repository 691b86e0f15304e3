import { type Node, nodeAt, nodesAt, textAt } from './node.ts';

/** What a schema takes, in a few words: `text (uuid)`, `"a" or "b"`, `list of objects`. */
export function typeWords(schema: Node, resolve: (node: Node) => Node): string {
  const node = resolve(schema);
  if (Array.isArray(node['enum'])) return node['enum'].map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (node['const'] !== undefined) return `\`${JSON.stringify(node['const'])}\``;
  const variants = ['oneOf', 'anyOf']
    .flatMap((key) => nodesAt(node, key))
    .map((variant) => typeWords(variant, resolve));
  if (variants.length > 0) return [...new Set(variants)].join(' or ');
  const types = [node['type'] ?? 'anything'].flat().map(String);
  return types.map((type) => oneType(type, { node, resolve })).join(' or ');
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

function oneType(
  type: string,
  { node, resolve }: { readonly node: Node; readonly resolve: (node: Node) => Node },
): string {
  if (type === 'array') return `list of ${plural(typeWords(nodeAt(node, 'items'), resolve))}`;
  const format = type === 'string' ? textAt(node, 'format') : '';
  return `${words[type] ?? type}${format === '' ? '' : ` (${format})`}`;
}

function plural(word: string): string {
  return { text: 'texts', object: 'objects', number: 'numbers', 'whole number': 'whole numbers' }[word] ?? word;
}
