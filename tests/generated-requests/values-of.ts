import * as fc from 'fast-check';
import { isRecord } from '../../server/src/lib/json.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Values that mean something here, by the name of the property or parameter they stand in. */
export type Likely = (name: string) => readonly unknown[];

interface Parts {
  readonly root: JsonSchema;
  readonly likely: Likely;
}

/** Values that fit a JSON Schema as Zod writes them, and often ones that mean something. */
export function valuesOf(schema: JsonSchema, likely: Likely): fc.Arbitrary<unknown> {
  return fitting(schema, { root: schema, likely }, '');
}

function fitting(schema: JsonSchema, parts: Parts, name: string): fc.Arbitrary<unknown> {
  const plain = byKind(schema, parts, name);
  const known = parts.likely(name);
  return known.length === 0 ? plain : fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 3 }, plain);
}

function byKind(schema: JsonSchema, parts: Parts, name: string): fc.Arbitrary<unknown> {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return fitting(pointedTo(parts.root, reference), parts, name);
  if ('const' in schema) return fc.constant(schema['const']);
  const choices = listIn(schema, 'enum');
  if (choices.length > 0) return fc.constantFrom(...choices);
  const variants = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')].filter(isRecord);
  if (variants.length > 0) return fc.oneof(...variants.map((variant) => fitting(variant, parts, name)));
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  return fc.oneof(...types.map((type) => byType({ ...schema, type }, parts, name)));
}

function byType(schema: JsonSchema, parts: Parts, name: string): fc.Arbitrary<unknown> {
  switch (schema['type']) {
    case 'object':
      return objects(schema, parts);
    case 'array':
      return fc.array(fitting(recordIn(schema, 'items'), parts, name), {
        minLength: numberIn(schema, 'minItems', 0),
        maxLength: Math.min(numberIn(schema, 'maxItems', 4), Math.max(4, numberIn(schema, 'minItems', 0))),
      });
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: numberIn(schema, 'minimum', -5), max: numberIn(schema, 'maximum', 1000) });
    case 'number':
      return fc.double({ min: numberIn(schema, 'minimum', -5), max: numberIn(schema, 'maximum', 1000), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objects(schema: JsonSchema, parts: Parts): fc.Arbitrary<unknown> {
  const properties = Object.entries(recordIn(schema, 'properties'));
  const shapes = properties.map(([name, inner]) => [name, fitting(isRecord(inner) ? inner : {}, parts, name)] as const);
  const required = new Set(listIn(schema, 'required'));
  const named = fc.record(Object.fromEntries(shapes), {
    requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)),
  });
  const more = schema['additionalProperties'];
  if (!isRecord(more)) return named;
  const keys = fc.oneof(fc.constantFrom('token', 'base_url', 'project', 'X-Team'), fc.string({ maxLength: 12 }));
  const others = fc.dictionary(keys, fitting(more, parts, ''), { maxKeys: 3 });
  return fc.tuple(others, named).map(([loose, own]) => Object.assign({}, loose, own));
}

function texts(schema: JsonSchema): fc.Arbitrary<string> {
  const { format, pattern } = schema;
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (format === 'uri') return fc.webUrl();
  // Classes of Unicode have no generator of their own.
  if (typeof pattern === 'string' && !/\\p\{/i.test(pattern)) return fc.stringMatching(new RegExp(pattern, 'u'));
  const minLength = numberIn(schema, 'minLength', 0);
  const maxLength = Math.min(numberIn(schema, 'maxLength', 40), Math.max(40, minLength));
  return fc.oneof(fc.string({ minLength, maxLength }), fc.string({ minLength, maxLength, unit: 'grapheme' }));
}

function pointedTo(root: JsonSchema, reference: string): JsonSchema {
  const steps = reference.split('/').slice(1);
  const found = steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), root);
  return isRecord(found) ? found : {};
}

function recordIn(schema: JsonSchema, key: string): JsonSchema {
  const value = schema[key];
  return isRecord(value) ? value : {};
}

function listIn(schema: JsonSchema, key: string): readonly unknown[] {
  const value = schema[key];
  return Array.isArray(value) ? value : [];
}

function numberIn(schema: JsonSchema, key: string, otherwise: number): number {
  const value = schema[key];
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : otherwise;
}
