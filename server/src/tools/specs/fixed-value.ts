import { isJsonObject, isRecord, type Json, parseJson } from '../../lib/json.ts';

/**
 * The text of a general parameter as the value that an argument takes: a number, true or false where its schema asks for
 * that and the text is one, a list of it where it asks for a list. Where it does not fit it stays text, for the check of
 * the arguments to find.
 */
export function fixedValue(schema: unknown, text: string): Json {
  const types = typesIn(schema);
  if (types.size === 0 || types.has('string')) return text;
  const parsed = parseJson(text);
  if (isJson(parsed) && typesOf(parsed).some((type) => types.has(type))) return parsed;
  return types.has('array') ? [fixedValue(isRecord(schema) ? schema['items'] : undefined, text)] : text;
}

/** The types a schema and its choices name. */
function typesIn(schema: unknown): ReadonlySet<unknown> {
  if (!isRecord(schema)) return new Set();
  const choices = [schema['anyOf'], schema['oneOf']].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  const named = [schema, ...choices].flatMap((each) => (isRecord(each) ? [each['type']].flat() : []));
  return new Set(named.filter((type) => typeof type === 'string'));
}

function typesOf(value: Json): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

/** `JSON.parse` makes nothing but JSON; `undefined` stands for a text that is none. */
function isJson(value: unknown): value is Json {
  return (
    value !== undefined && (value === null || typeof value !== 'object' || Array.isArray(value) || isJsonObject(value))
  );
}
