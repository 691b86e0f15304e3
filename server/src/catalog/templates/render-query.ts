import { isRecord } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { asText, percentEncode, type TemplateValues } from './evaluate.ts';
import { fillJson, type JsonTemplate } from './json-template.ts';

/**
 * The query of a filled object, without its question mark, and a form body alike: empty where nothing is left. A list
 * repeats its key (`|join` writes it with commas instead), other objects are written as JSON, null is left out.
 */
export function renderQuery(template: JsonTemplate, values: TemplateValues): string | Secret {
  const { value, secret } = fillJson(template, values);
  const text = isRecord(value) ? Object.entries(value).flatMap(parameters).join('&') : '';
  return secret ? new Secret(text) : text;
}

function parameters([key, value]: readonly [string, unknown]): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null).map((item) => `${percentEncode(key)}=${percentEncode(asText(item))}`);
}
