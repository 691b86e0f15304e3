import { Secret } from '../../lib/secret.ts';
import type { TemplateValues } from './evaluate.ts';
import { fillJson, type JsonTemplate } from './json-template.ts';

/** The JSON text of a filled value; `undefined` where the whole value is absent. */
export function renderJson(template: JsonTemplate, values: TemplateValues): string | Secret | undefined {
  const { value, secret } = fillJson(template, values);
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return secret ? new Secret(text) : text;
}
