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
import type { Reference, Template } from './template.ts';

/**
 * Fills a path. A value stays inside its segment (S10): one that is empty, that decodes to `.` or `..`, or that holds a
 * slash, backslash or control character is refused, and so is a path that a URL parser would read as another one.
 * With the filter `segments` a value may hold slashes (`a/b`), with `slashes` they are sent as `%2F`; each part is
 * checked by itself.
 */
export function renderPath(template: Template, values: TemplateValues): Rendered {
  const rendered = fill(template, values, encodeSegment);
  if (!rendered.ok) return rendered;
  if (rendered.value === undefined) return absent(template, values);
  const path = rendered.value instanceof Secret ? rendered.value.reveal() : rendered.value;
  return staysItself(path) ? { ok: true, value: rendered.value } : invalid('path', 'would lead somewhere else');
}

/** Encodes one value for a path, or refuses it. */
export function encodeSegment(text: string, reference: Reference): string | InvalidTemplateValue {
  const slashes = reference.filters.find(({ name }) => name === 'segments' || name === 'slashes')?.name;
  const parts = slashes === undefined ? [text] : text.split('/');
  if (parts.some((part) => part === '')) return invalid(reference.name, 'is empty, or has an empty part');
  if (parts.some(leavesItsSegment))
    return invalid(reference.name, 'may not be "." or ".." or hold a slash, a backslash or a control character');
  return parts.map(percentEncode).join(slashes === 'segments' ? '/' : '%2F');
}

/** The refusal that names the first value a template misses. */
export function absent(template: Template, values: TemplateValues): InvalidTemplateValue {
  const missing = template.pieces.find(
    (piece) => typeof piece !== 'string' && (evaluate(piece, values)?.value ?? null) === null,
  );
  return invalid(typeof missing === 'object' ? missing.name : 'value', 'is missing');
}

const suspicious = /[%;/\\\p{Cc}]|^\.{1,2}$/u;
const leaving = /^\.{1,2}(;|$)|[/\\\p{Cc}]/u;
const deepestEncoding = 8;

/** Whether a server could read this part of a path as a step elsewhere, however often it decodes it (S10). */
export function leavesItsSegment(part: string): boolean {
  if (!suspicious.test(part)) return false;
  let current = part;
  for (let round = 0; round < deepestEncoding; round += 1) {
    if (leaving.test(current)) return true;
    const decoded = decodeAscii(current);
    if (decoded === current) return false;
    current = decoded;
  }
  return true;
}

/** Decodes what it can, where `decodeURIComponent` gives up on the whole. */
function decodeAscii(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

function staysItself(path: string): boolean {
  const url = URL.parse(path, 'http://plugboard.invalid');
  return (
    url !== null && url.host === 'plugboard.invalid' && url.pathname === path && url.search === '' && url.hash === ''
  );
}
