import { visibleText } from '../../../approvals/visible-text.ts';

/** Text that is safe to send as HTML, because `html` alone can make it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}
export type { Markup };

/** What may stand in a template: texts are escaped, markup is not, and `undefined` and `false` show nothing. */
type Value = string | number | Markup | readonly Markup[] | undefined | false;

/** Markup from a template, with every text in it escaped. Throws where a value would stand outside of quotes in an attribute. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const written = parts.map((part, index) => {
    if (/=\s*$/.test(part)) throw new Error(`The attribute in "${part.trim()}" has no quotes around its value.`);
    return part + write(values[index]);
  });
  return new Markup(written.join(''));
}

/** A text of somebody else's, set apart from ours: it can neither turn our words around nor hide a part of itself. */
export function foreign(text: string): Markup {
  return html`<bdi>${visibleText(text)}</bdi>`;
}

function write(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return value.replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
  if (typeof value === 'number' || value instanceof Markup) return String(value);
  return value.join('');
}
