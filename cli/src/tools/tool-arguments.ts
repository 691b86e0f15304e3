type Schema = Readonly<Record<string, unknown>>;

/** One argument of a tool as its schema has it. */
export interface ToolArgument {
  readonly name: string;
  /** In words: `integer`, `string or null`, `list of string`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

/** The arguments in the order of the schema, with what it says of each. */
export function argumentsOf(schema: Schema): readonly ToolArgument[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(asSchema(schema['properties'])).map(([name, property]) => ({
    name,
    type: typeWords(asSchema(property)),
    required: required.includes(name),
    description: String(asSchema(property)['description'] ?? ''),
    schema: asSchema(property),
  }));
}

/** The JSON types that a schema allows; empty where it says nothing. */
export function typesOf(schema: Schema): readonly string[] {
  const { type, anyOf, oneOf } = schema;
  const own = [type].flat().filter((each) => typeof each === 'string');
  const branches = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...own, ...branches.flatMap((branch) => typesOf(asSchema(branch)))];
}

/** An object, whatever it is. */
export function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function typeWords(schema: Schema): string {
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.length <= 6) return choices.map(String).join('|');
  const words = typesOf(schema).map((type) =>
    type === 'array' ? `list of ${typeWords(asSchema(schema['items']))}` : type,
  );
  return words.length === 0 ? 'JSON' : words.join(' or ');
}
