import { type Node, nodeAt, nodesAt, textAt } from './node.ts';
import { typeWords } from './type-words.ts';

type Resolve = (node: Node) => Node;

/** One line of a table of fields. */
export interface Field {
  /** `connection.id`, `items[].name`. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly about: string;
}

/** A table with its title in front. */
export function renderFields(title: string, fields: readonly Field[]): string {
  const rows = fields.map(
    ({ name, type, isRequired, about }) =>
      `| \`${name}\` | ${cell(type)} | ${isRequired ? 'yes' : ''} | ${cell(about)} |`,
  );
  const sure = title === 'Answer' ? 'Always there' : 'Required';
  return `| ${title} | Type | ${sure} | Meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}

/** The fields of a schema, those of objects within under their names, four levels deep. */
export function fieldsOf(schema: Node, resolve: Resolve): readonly Field[] {
  return below(resolve(schema), { resolve, prefix: '', depth: 0 });
}

interface Place {
  readonly resolve: Resolve;
  readonly prefix: string;
  readonly depth: number;
}

function below(schema: Node, place: Place): readonly Field[] {
  if (place.depth > 4) return [];
  const items = nodeAt(schema, 'items');
  if (schema['type'] === 'array')
    return below(place.resolve(items), { ...place, prefix: `${place.prefix}[]`, depth: place.depth + 1 });
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const own = Object.entries(nodeAt(schema, 'properties')).flatMap(([key, node]) =>
    withBelow({ key, node: place.resolve(Object(node)), isRequired: required.includes(key) }, place),
  );
  return unique([...own, ...variantsOf(schema).flatMap((variant) => below(place.resolve(variant), place))]);
}

interface Property {
  readonly key: string;
  readonly node: Node;
  readonly isRequired: boolean;
}

function withBelow({ key, node, isRequired }: Property, place: Place): readonly Field[] {
  const name = place.prefix === '' ? key : `${place.prefix}.${key}`;
  const field = { name, type: typeWords(node, place.resolve), isRequired, about: textAt(node, 'description') };
  return [field, ...below(node, { ...place, prefix: name, depth: place.depth + 1 })];
}

function variantsOf(schema: Node): readonly Node[] {
  return ['oneOf', 'anyOf', 'allOf'].flatMap((key) => nodesAt(schema, key));
}

/** Variants share fields: each is told of once. */
function unique(fields: readonly Field[]): readonly Field[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

/** Written so that Markdown and the site's templates leave it as it is. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;');
}
