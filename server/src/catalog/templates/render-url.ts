import { Secret } from '../../lib/secret.ts';
import {
  evaluate,
  fill,
  type InvalidTemplateValue,
  invalid,
  percentEncode,
  type Rendered,
  type TemplateValues,
} from './evaluate.ts';
import { absent, encodeSegment } from './render-path.ts';
import type { Reference } from './template.ts';
import type { UrlTemplate } from './url-template.ts';

/**
 * Fills an http or https address. What forms its host must be a plain host name, or a whole address where the template
 * begins with it; path values keep to S10; nothing may add a user name, a fragment or, in front of more path, a query.
 */
export function renderUrl(template: UrlTemplate, values: TemplateValues): Rendered {
  const rendered = fill(template, values, (text, reference) => encodeAt(template, text, reference));
  if (!rendered.ok) return rendered;
  if (rendered.value === undefined) return absent(template, values);
  const text = rendered.value instanceof Secret ? rendered.value.reveal() : rendered.value;
  return isPlain(text)
    ? { ok: true, value: rendered.value }
    : invalid('address', 'is not a plain http or https address');
}

/** The origin of an address (scheme, host, port). Refuses one that a secret would form: who may change it could not be told (S1). */
export function renderOrigin(
  template: UrlTemplate,
  values: TemplateValues,
): { readonly ok: true; readonly value: string } | InvalidTemplateValue {
  const secret = template.origin.find((piece) => typeof piece !== 'string' && evaluate(piece, values)?.secret === true);
  if (typeof secret === 'object') return invalid(secret.name, 'is secret and may not decide where secrets go');
  const rendered = renderUrl({ ...template, pieces: template.origin }, values);
  if (!rendered.ok) return rendered;
  return typeof rendered.value === 'string'
    ? { ok: true, value: new URL(rendered.value).origin }
    : invalid('address', 'is secret');
}

/** Puts a rendered path and query behind a base address, and checks that origin and path prefix are still the base's (S10). */
export function joinUrl(base: string | Secret, path: string | Secret, query: string | Secret): Rendered {
  const [baseText, pathText, queryText] = [reveal(base), reveal(path), reveal(query)];
  const text = `${baseText.replace(/\/$/, '')}${pathText}${queryText === '' ? '' : `?${queryText}`}`;
  const [from, to] = [URL.parse(baseText), URL.parse(text)];
  const kept =
    from &&
    to &&
    from.search === '' &&
    from.origin === to.origin &&
    to.pathname === from.pathname.replace(/\/$/, '') + pathText;
  if (!kept || !pathText.startsWith('/')) return invalid('path', 'would lead somewhere else');
  return { ok: true, value: [base, path, query].some((part) => part instanceof Secret) ? new Secret(text) : text };
}

function reveal(text: string | Secret): string {
  return text instanceof Secret ? text.reveal() : text;
}

const hostName = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i;

function encodeAt(template: UrlTemplate, text: string, reference: Reference): string | InvalidTemplateValue {
  switch (template.positions.get(reference)) {
    case 'whole':
      return wholeAddress(text, reference, template.pieces.length > 1);
    case 'host':
      return hostName.test(text)
        ? text
        : invalid(reference.name, 'must be a plain host name, without scheme, port or path');
    case 'port':
      return /^\d{1,5}$/.test(text) ? text : invalid(reference.name, 'must be a port number');
    case 'path':
      return encodeSegment(text, reference);
    default:
      return percentEncode(text);
  }
}

function wholeAddress(text: string, reference: Reference, continues: boolean): string | InvalidTemplateValue {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//i.test(text)) return invalid(reference.name, 'must be an http or https address');
  if (url.username || url.password || text.includes('#'))
    return invalid(reference.name, 'may not hold a user name, a password or a "#"');
  if (continues && text.includes('?')) return invalid(reference.name, 'may not hold a "?"');
  return continues ? text.replace(/\/+$/, '') : text;
}

const dotSegment = /\/(\.|%2e){1,2}(?=[/?]|$)/i;

function isPlain(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//i.test(text)) return false;
  return url.username === '' && url.password === '' && url.hash === '' && !dotSegment.test(text);
}
