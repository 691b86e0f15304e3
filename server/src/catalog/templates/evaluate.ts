import { Secret } from '../../lib/secret.ts';
import type { Filter, Reference, Template } from './template.ts';

/** What templates are filled with. Values are JSON or `Secret`; a missing key, `undefined` and, in text, `null` count as absent. */
export interface TemplateValues {
  readonly field?: Readonly<Record<string, unknown>>;
  readonly derived?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly arg?: Readonly<Record<string, unknown>>;
}

/** A value that may not stand where the template puts it. The message names the value, never its content. */
export interface InvalidTemplateValue {
  readonly ok: false;
  /** `arg.owner` */
  readonly name: string;
  readonly message: string;
}

/** A filled template: `Secret` as soon as one of its values is. */
export type Rendered<T = string> = { readonly ok: true; readonly value: T | Secret } | InvalidTemplateValue;

/** What a reference came to, and whether it is secret. */
export interface Found {
  readonly value: unknown;
  readonly secret: boolean;
}

/** Looks a reference up and filters it; `undefined` where it is absent. */
export function evaluate(reference: Reference, values: TemplateValues): Found | undefined {
  const scope = values[reference.root];
  const raw = scope !== undefined && Object.hasOwn(scope, reference.key) ? scope[reference.key] : undefined;
  const secret = raw instanceof Secret;
  let value = secret ? raw.reveal() : raw;
  for (const filter of reference.filters) value = applyFilter(value, filter);
  return value === undefined ? undefined : { value, secret };
}

/** A JSON value as it stands inside text: strings bare, objects and lists as JSON. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Percent-encodes everything RFC 3986 §2.3 does not call unreserved, and `!'()*` not; lone surrogates become U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

type Encode = (text: string, reference: Reference) => string | InvalidTemplateValue;

/** Fills a template, each value encoded for where it stands; `undefined` where a value is absent. */
export function fill(template: Template, values: TemplateValues, encode: Encode): Rendered<string | undefined> {
  let text = '';
  let secret = false;
  for (const piece of template.pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const found = evaluate(piece, values);
    if (found === undefined || found.value === null) return { ok: true, value: undefined };
    const encoded = encode(asText(found.value), piece);
    if (typeof encoded !== 'string') return encoded;
    text += encoded;
    secret ||= found.secret;
  }
  return { ok: true, value: secret ? new Secret(text) : text };
}

/** Fills a template without encoding anything, e.g. a text body; `undefined` where a value is absent. */
export function renderText(template: Template, values: TemplateValues): string | Secret | undefined {
  const rendered = fill(template, values, (text) => text);
  return rendered.ok ? rendered.value : undefined;
}

/** A refusal of one value, as a sentence about it. */
export function invalid(name: string, what: string): InvalidTemplateValue {
  return { ok: false, name, message: `${name.slice(name.indexOf('.') + 1)} ${what}` };
}

function applyFilter(value: unknown, filter: Filter): unknown {
  if (value === undefined || value === null || value === '') return filter.name === 'default' ? filter.argument : value;
  switch (filter.name) {
    case 'urlencode':
      return percentEncode(asText(value));
    case 'base64':
      return Buffer.from(asText(value)).toString('base64');
    case 'base64url':
      return Buffer.from(asText(value)).toString('base64url');
    case 'lower':
      return asText(value).toLowerCase();
    case 'trim':
      return asText(value).trim();
    case 'join':
      return Array.isArray(value) ? value.map(asText).join(filter.argument || ',') : value;
    case 'default':
    case 'segments':
    case 'slashes':
      return value;
  }
}
