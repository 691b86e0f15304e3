import { z } from 'zod';
import { isRecord } from '../../../server/src/lib/json.ts';

/** Where in a value a text can stand: the names on the way; `[]` stands for an item of a list. */
export type PlaceIn = readonly string[];

const deepest = 4;

/** The places for texts, and for lists of them, in what a schema takes. */
export function placesIn(schema: z.ZodType | undefined): readonly PlaceIn[] {
  return schema === undefined ? [] : walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), []);
}

function walk(schema: unknown, at: PlaceIn): readonly PlaceIn[] {
  if (!isRecord(schema) || at.length > deepest) return [];
  const { type, properties, items, anyOf, oneOf, additionalProperties } = schema;
  const variants = [anyOf, oneOf].flat().flatMap((variant) => walk(variant, at));
  const inner = isRecord(properties)
    ? Object.entries(properties).flatMap(([name, each]) => walk(each, [...at, name]))
    : [];
  const more = isRecord(additionalProperties) ? walk(additionalProperties, [...at, 'note']) : [];
  return [...(type === 'string' ? [at] : []), ...variants, ...inner, ...more, ...walk(items, [...at, '[]'])];
}

/** A value with a text in this place, whatever was there. */
export function withText(value: unknown, [step, ...rest]: PlaceIn, text: string): unknown {
  if (step === undefined) return text;
  if (step === '[]') return [withText(Array.isArray(value) ? value[0] : undefined, rest, text)];
  const before = isRecord(value) ? value : {};
  return { ...before, [step]: withText(before[step], rest, text) };
}
