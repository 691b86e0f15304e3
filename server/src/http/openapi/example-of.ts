import { isRecord } from '../../lib/json.ts';
import { sha256 } from '../../lib/digest.ts';
import type { JsonSchema } from './components.ts';
import { exampleWords } from './example-words.ts';

/** What an example is made with. */
export interface ExampleParts {
  /** The schema a reference points to. */
  readonly resolve: (reference: string) => JsonSchema;
  /** Values by the name of the property they fit, e.g. those of the request. */
  readonly known: Readonly<Record<string, unknown>>;
}

const deepest = 8;

/** A made-up value of the schema: what is required, with known values where a property of that name takes them. */
export function exampleOf(schema: JsonSchema, parts: ExampleParts, place: Place = top): unknown {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return exampleOf(parts.resolve(reference), parts, below(place));
  const known = parts.known[place.name];
  if (takes(schema, known)) return known;
  if ('const' in schema) return schema['const'];
  const [given] = [...listIn(schema, 'examples'), ...listIn(schema, 'enum')];
  if (given !== undefined) return given;
  if ('default' in schema) return schema['default'];
  const variant = chosen(schema);
  return variant === undefined ? valueOf(schema, parts, place) : exampleOf(variant, parts, below(place));
}

/** The property that a value belongs to, and how many schemas are around it. */
interface Place {
  readonly name: string;
  readonly depth: number;
}

const top: Place = { name: 'text', depth: 0 };

function below({ name, depth }: Place): Place {
  return { name, depth: depth + 1 };
}

function valueOf(schema: JsonSchema, parts: ExampleParts, place: Place): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return place.depth > deepest ? {} : objectOf(schema, parts, place.depth + 1);
    case 'array':
      return place.depth > deepest || !isRecord(schema['items'])
        ? []
        : [exampleOf(schema['items'], parts, below(place))];
    case 'string':
      return textOf(schema, place.name);
    case 'integer':
    case 'number':
      return Math.max(1, typeof schema['minimum'] === 'number' ? schema['minimum'] : 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return {};
  }
}

/** Of several types the one that says nothing, where there is one: `null` is an honest example. */
function typeOf({ type }: JsonSchema): unknown {
  if (!Array.isArray(type)) return type;
  return type.includes('null') ? 'null' : type[0];
}

function objectOf(schema: JsonSchema, parts: ExampleParts, depth: number): Readonly<Record<string, unknown>> {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const others = isRecord(schema['additionalProperties']) ? schema['additionalProperties'] : {};
  const required = new Set(listIn(schema, 'required').map(String));
  const isShown = (name: string) => required.has(name) || takes(asSchema(properties[name]), parts.known[name]);
  const shown = [...Object.keys(properties), ...required].filter(isShown);
  return Object.fromEntries(
    shown.map((name) => [name, exampleOf(asSchema(properties[name] ?? others), parts, { name, depth })]),
  );
}

function asSchema(value: unknown): JsonSchema {
  return isRecord(value) ? value : {};
}

/** Of several variants the one that says nothing, else the first. */
function chosen(schema: JsonSchema): JsonSchema | undefined {
  const variants = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')].filter(isRecord);
  return variants.find(({ type }) => type === 'null') ?? variants[0];
}

/** Whether a known value is one of the schema, as far as plain values go. */
function takes(schema: JsonSchema, known: unknown): boolean {
  const choices = listIn(schema, 'enum');
  if (choices.length > 0) return choices.includes(known);
  if ('const' in schema || known === undefined || known === null) return false;
  if (schema['format'] !== undefined || schema['pattern'] !== undefined) return false;
  const types = [schema['type'], ...listIn(schema, 'type')];
  if (typeof known === 'string' || typeof known === 'boolean')
    return types.includes(typeof known) || variantTakes(schema, known);
  return false;
}

function variantTakes(schema: JsonSchema, known: unknown): boolean {
  return listIn(schema, 'anyOf').some((variant) => isRecord(variant) && takes(variant, known));
}

function textOf(schema: JsonSchema, name: string): string {
  const digest = sha256(name);
  switch (schema['format']) {
    case 'uuid':
      return `01890a5d-ac96-7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
    case 'date-time':
      return '2026-01-31T09:30:00.000Z';
    case 'email':
      return 'somebody@example.com';
    case 'uri':
      return 'https://plugboard.example.com/';
    default:
      return exampleWords[name] ?? (/(^|_)url$|Url$/.test(name) ? 'https://plugboard.example.com/' : name);
  }
}

function listIn(schema: JsonSchema, key: string): readonly unknown[] {
  const value = schema[key];
  return Array.isArray(value) ? value : [];
}
