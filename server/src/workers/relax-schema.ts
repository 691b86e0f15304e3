import { stepsOf } from '../lib/json-pointer.ts';
import { isRecord } from '../lib/json.ts';

/** A schema that is safe to run, and how many checks one value can set off at most. */
export interface RelaxedSchema {
  readonly schema: unknown;
  readonly cost: number;
}

const limits = { bytes: 256 * 1024, depth: 64, cost: 20_000 } as const;

/** Words whose values name subschemas: what stands inside is a name, not a keyword. */
const schemaMaps = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);
const plainData = new Set(['const', 'enum', 'default', 'examples', 'required']);

/** Slow, or quadratic, or reaching outside the schema, or changing how it is read. */
const unsafe = [
  'pattern',
  'patternProperties',
  'format',
  'uniqueItems',
  '$id',
  'id',
  '$schema',
  '$vocabulary',
  '$async',
];
const dynamic = ['$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef'];
/** Grow stricter where something inside them is let go, so they go first. */
const negative = [
  'not',
  'if',
  'then',
  'else',
  'unevaluatedProperties',
  'unevaluatedItems',
  'minContains',
  'maxContains',
];
const dropped = new Set([...unsafe, ...dynamic, ...negative]);

/**
 * Drops from a foreign JSON Schema whatever can block the process or reach out of it (S11): what is left refuses no value
 * that the whole would accept. `undefined` where it is too large or too deep to be used. References that lead round in a
 * circle, nowhere, or multiply the work past a bound are let go too.
 */
export function relaxSchema(schema: unknown): RelaxedSchema | undefined {
  if (depthOf(schema) > limits.depth || Buffer.byteLength(JSON.stringify(schema) ?? '') > limits.bytes)
    return undefined;
  const candidates = [relax(schema, true), relax(schema, false)];
  return candidates.map((schema) => ({ schema, cost: costOf(schema) })).find(({ cost }) => cost <= limits.cost);
}

/** Stops counting just past the limit, so that no schema is deep enough to break the count itself. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > limits.depth) return depth;
  return Object.values(value).reduce((deepest: number, item) => Math.max(deepest, depthOf(item, depth + 1)), depth);
}

function relax(schema: unknown, keepReferences: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((item) => relax(item, keepReferences));
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema)
    .filter(([word, value]) => !dropped.has(word) && (word !== '$ref' || (keepReferences && isLocal(value))))
    .filter(([word]) => word !== 'additionalProperties' || schema.patternProperties === undefined)
    .map(([word, value]): [string, unknown] => [todaysWord(word, value), relaxKeyword(word, value, keepReferences)]);
  return Object.fromEntries(entries);
}

function isLocal(reference: unknown): boolean {
  return typeof reference === 'string' && reference.startsWith('#');
}

/** Lists of item schemas were called `items` before 2020-12; "exactly one" holds no longer once branches are relaxed. */
function todaysWord(word: string, value: unknown): string {
  if (word === 'items' && Array.isArray(value)) return 'prefixItems';
  return word === 'oneOf' ? 'anyOf' : word;
}

function relaxKeyword(word: string, value: unknown, keepReferences: boolean): unknown {
  if (plainData.has(word)) return value;
  if (!schemaMaps.has(word) || !isRecord(value)) return relax(value, keepReferences);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, relax(item, keepReferences)]));
}

/** Counts every word, references followed: infinite where they lead round in a circle or nowhere. */
function costOf(root: unknown): number {
  const known = new Map<string, number>();
  const ofReference = (reference: string): number => {
    const cost = known.get(reference);
    if (cost !== undefined) return cost;
    known.set(reference, Number.POSITIVE_INFINITY);
    const target = resolvePointer(root, reference);
    const found = target === undefined ? Number.POSITIVE_INFINITY : ofValue(target);
    known.set(reference, found);
    return found;
  };
  const ofValue = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const reference = isRecord(value) && typeof value.$ref === 'string' ? ofReference(value.$ref) : 0;
    return Object.values(value).reduce((sum: number, item) => sum + ofValue(item), 1 + reference);
  };
  return ofValue(root);
}

/** RFC 6901 §6; `undefined` where it leads nowhere. */
function resolvePointer(root: unknown, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  return stepsOf(decoded(reference)).reduce(step, root);
}

function step(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[Number(name)];
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
