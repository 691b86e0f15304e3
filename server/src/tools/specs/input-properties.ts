import { isRecord } from '../../lib/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The properties an input schema lists, by name. */
export function propertiesOf(schema: Schema): Readonly<Record<string, unknown>> {
  return isRecord(schema['properties']) ? schema['properties'] : {};
}

/** The names an input schema requires. */
export function requiredOf(schema: Schema): readonly string[] {
  const required: unknown = schema['required'];
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** The schema without these properties: neither listed nor required, in the choices it is put together from either. */
export function withoutProperties(schema: Schema, names: ReadonlySet<string>): Schema {
  return {
    ...schema,
    ...(isRecord(schema['properties']) ? { properties: kept(schema['properties'], names) } : {}),
    ...(schema['required'] === undefined ? {} : { required: requiredOf(schema).filter((name) => !names.has(name)) }),
    ...Object.fromEntries(choicesIn(schema).map(([key, list]) => [key, list.map((each) => withoutIn(each, names))])),
  };
}

function kept(properties: Schema, names: ReadonlySet<string>): Schema {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name)));
}

function choicesIn(schema: Schema): readonly (readonly [string, readonly unknown[]])[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    const list: unknown = schema[key];
    return Array.isArray(list) ? [[key, list] as const] : [];
  });
}

function withoutIn(schema: unknown, names: ReadonlySet<string>): unknown {
  return isRecord(schema) ? withoutProperties(schema, names) : schema;
}
