import { isRecord } from '../../lib/json.ts';
import { asText, evaluate, type TemplateValues } from './evaluate.ts';
import { aloneIn, parseTemplate, type Reference, referencesIn, type Template } from './template.ts';

/** A parsed JSON value with templates in its strings. */
export type JsonTemplate =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'alone'; readonly reference: Reference }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly JsonTemplate[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonTemplate])[] };

/** Parses the templates in the strings of a JSON value; keys are taken as they are. Throws the SyntaxErrors of `parse`. */
export function parseJsonTemplate(value: unknown, parse: (text: string) => Template = parseTemplate): JsonTemplate {
  if (typeof value === 'string') return parseString(value, parse);
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => parseJsonTemplate(item, parse)) };
  if (!isRecord(value)) return { kind: 'constant', value };
  return {
    kind: 'object',
    entries: Object.entries(value).map(([key, item]) => [key, parseJsonTemplate(item, parse)] as const),
  };
}

/** A filled JSON value with every secret in clear, and whether there is one: only for building a request out of it. */
export interface FilledJson {
  /** `undefined` where the value, or every part of it that stands alone, is absent. */
  readonly value: unknown;
  readonly secret: boolean;
}

/**
 * Fills a JSON value. A string that is one template alone becomes the value with its JSON type; inside text a value is
 * written out. Where a value is absent, the key or list item it belongs to is left out.
 */
export function fillJson(template: JsonTemplate, values: TemplateValues): FilledJson {
  const seen = { secret: false };
  const value = fillNode(template, values, seen);
  return { value, secret: seen.secret };
}

/** Everything a JSON template refers to, in order. */
export function referencesInJson(template: JsonTemplate): readonly Reference[] {
  switch (template.kind) {
    case 'constant':
      return [];
    case 'alone':
      return [template.reference];
    case 'text':
      return referencesIn(template.template);
    case 'list':
      return template.items.flatMap(referencesInJson);
    case 'object':
      return template.entries.flatMap(([, item]) => referencesInJson(item));
  }
}

function parseString(text: string, parse: (text: string) => Template): JsonTemplate {
  const template = parse(text);
  const reference = aloneIn(template);
  if (reference !== undefined) return { kind: 'alone', reference };
  const [only = ''] = template.pieces;
  return template.pieces.length < 2 && typeof only === 'string'
    ? { kind: 'constant', value: only }
    : { kind: 'text', template };
}

function fillNode(template: JsonTemplate, values: TemplateValues, seen: { secret: boolean }): unknown {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'alone':
      return fillReference(template.reference, values, seen);
    case 'text':
      return fillText(template.template, values, seen);
    case 'list':
      return template.items.map((item) => fillNode(item, values, seen)).filter((item) => item !== undefined);
    case 'object':
      return Object.fromEntries(
        template.entries
          .map(([key, item]) => [key, fillNode(item, values, seen)] as const)
          .filter(([, item]) => item !== undefined),
      );
  }
}

function fillReference(reference: Reference, values: TemplateValues, seen: { secret: boolean }): unknown {
  const found = evaluate(reference, values);
  seen.secret ||= found?.secret === true;
  return found?.value;
}

function fillText(template: Template, values: TemplateValues, seen: { secret: boolean }): string | undefined {
  let text = '';
  for (const piece of template.pieces) {
    const value = typeof piece === 'string' ? piece : fillReference(piece, values, seen);
    if (value === undefined || value === null) return undefined;
    text += asText(value);
  }
  return text;
}
