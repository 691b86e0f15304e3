import type { JsonSchema } from './api-description.ts';
import { asSchema } from './read-operations.ts';

/** How the types inside a type are written. */
export interface TypeWriter {
  /** The name to write instead of this object, where it has one. */
  nameOf(schema: JsonSchema): string | undefined;
  /** The name behind a `$ref`. */
  nameOfReference(reference: string): string;
  /** Whether descriptions become comments. */
  readonly docs: boolean;
  /** Whether it is sent: then `undefined` may stand where nothing must. */
  readonly sent: boolean;
}

/** A schema as a TypeScript type. Throws at a schema that no rule is for. */
export function renderType(schema: JsonSchema, writer: TypeWriter): string {
  const name = writer.nameOf(schema);
  return name ?? renderOwn(schema, writer);
}

/** As `renderType`, without looking for a name of this very schema. */
export function renderOwn(schema: JsonSchema, writer: TypeWriter): string {
  const { $ref: reference, type } = schema;
  if (typeof reference === 'string') return writer.nameOfReference(reference);
  if ('const' in schema) return literal(schema['const']);
  const options = schema['enum'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' | ');
  if (Array.isArray(options)) return union(options.map((option) => renderType(asSchema(option) ?? {}, writer)));
  if (Array.isArray(type)) return union(type.map((each) => renderOwn({ ...schema, type: each }, writer)));
  if (type === 'array') return `readonly ${grouped(renderType(asSchema(schema['items']) ?? {}, writer))}[]`;
  if (type === 'object') return renderObject(schema, writer);
  return scalar(type);
}

function scalar(type: unknown): string {
  if (type === undefined) return 'unknown';
  if (type === 'integer') return 'number';
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'null') return type;
  throw new Error(`There is no rule for the type ${JSON.stringify(type)}.`);
}

function renderObject(schema: JsonSchema, writer: TypeWriter): string {
  const properties = Object.entries(asSchema(schema['properties']) ?? {});
  const rest = asSchema(schema['additionalProperties']);
  const values = rest === undefined ? 'unknown' : renderType(rest, writer);
  const closed = schema['additionalProperties'] === false;
  if (properties.length === 0)
    return closed ? 'Readonly<Record<string, never>>' : `Readonly<Record<string, ${values}>>`;
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const fields = properties.map(([name, value]) =>
    field(name, { schema: asSchema(value) ?? {}, required: required.has(name) }, writer),
  );
  const index = rest === undefined ? '' : '\n  readonly [field: string]: unknown;';
  return `{\n${fields.join('\n')}${index}\n}`;
}

interface Field {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly docs?: string | undefined;
}

/** One line of an object type. */
export function field(name: string, { schema, required, docs }: Field, writer: TypeWriter): string {
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
  const absent = writer.sent && !required ? ' | undefined' : '';
  const said = docs ?? schema['description'];
  const comment = writer.docs && typeof said === 'string' ? renderDocs(said) : '';
  return `${comment}readonly ${key}${required ? '' : '?'}: ${renderType(schema, writer)}${absent};`;
}

/** A text as a comment of the thing below it. */
export function renderDocs(text: string): string {
  const lines = text.replaceAll('*/', '*\u200b/').split('\n');
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function union(parts: readonly string[]): string {
  const distinct = [...new Set(parts)];
  return distinct.includes('unknown') ? 'unknown' : distinct.join(' | ');
}

/** As an element of an array. */
function grouped(type: string): string {
  return /^(?:\w+|\{[^|]*\})$/.test(type) ? type : `(${type})`;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
