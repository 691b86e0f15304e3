import { renderText, type TemplateValues } from '../catalog/templates/evaluate.ts';
import { parseTemplate } from '../catalog/templates/template.ts';
import { Secret } from '../lib/secret.ts';

/** A filled template in clear; `undefined` where a value it needs is absent. Use it at once, inside a `Secret`. */
export function clearText(template: string, values: TemplateValues): string | undefined {
  const text = renderText(parseTemplate(template), values);
  return text instanceof Secret ? text.reveal() : text;
}
