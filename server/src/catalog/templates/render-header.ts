import { Secret } from '../../lib/secret.ts';
import { fill, invalid, type Rendered, type TemplateValues } from './evaluate.ts';
import type { Template } from './template.ts';

/**
 * Fills a header value; `undefined`, so that the header is left out, where a value is absent. Refuses what could end the
 * header or is no field value (RFC 9110 §5.5): control characters, and characters beyond ISO 8859-1.
 */
export function renderHeader(template: Template, values: TemplateValues): Rendered<string | undefined> {
  return fill(template, values, (text, { name }) =>
    fieldValue.test(text)
      ? text
      : invalid(name, 'may not hold line breaks, control characters or characters beyond Latin-1 in a header'),
  );
}

// oxlint-disable-next-line no-control-regex
const fieldValue = /^[^\u0000-\u001f\u007f-\u009f\u0100-\uffff]*$/;

/** Fills several headers; those with an absent value are left out. */
export function renderHeaders(
  templates: readonly (readonly [string, Template])[],
  values: TemplateValues,
): { readonly ok: true; readonly headers: Record<string, string | Secret> } | Extract<Rendered, { ok: false }> {
  const headers: Record<string, string | Secret> = {};
  for (const [name, template] of templates) {
    const rendered = renderHeader(template, values);
    if (!rendered.ok) return rendered;
    if (rendered.value !== undefined) headers[name] = rendered.value;
  }
  return { ok: true, headers };
}
