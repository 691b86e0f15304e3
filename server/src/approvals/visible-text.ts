import { isRecord } from '../lib/json.ts';

/**
 * What a reader would not see, or would see in another place: controls, bidirectional and zero-width characters, tags,
 * variation selectors, fillers, lone surrogates, private and unassigned ones, every space but the plain one, and our own mark,
 * so that nothing can pretend to be shown.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800⟦]|[\p{Zs}--\x20]/gv;
/** In a text of several lines these two are layout. */
const layout = /[\n\t]/;

/** The text with every such character written out, as `⟦U+202E⟧`. Different texts stay different. */
export function visibleText(text: string): string {
  return text.replaceAll(hidden, writtenOut);
}

/** The same for a text that may have several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replaceAll(hidden, (character) => (layout.test(character) ? character : writtenOut(character)));
}

/** A JSON value with all of its texts and names written out; nothing of it is left out. */
export function visibleJson(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (Array.isArray(value)) return value.map(visibleJson);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [visibleText(name), visibleJson(inner)]));
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`;
}
