import { html, type Markup } from './html.ts';

/** One field of a form, with its label, and what to know about it. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password' | 'text';
  /** The token of the HTML standard (§4.10.18.7) that tells a password manager what it is. */
  readonly autocomplete: string;
  readonly value?: string | undefined;
  readonly hint?: Markup;
  readonly least?: number;
  readonly most: number;
  /** What is wrong with what was sent, in a sentence. */
  readonly wrong?: string | undefined;
  /** Shown to be read and kept by password managers, not to be changed. */
  readonly isFixed?: boolean;
}

/** A labelled field; a hint and what is wrong with it are read out with it. */
export function field(facts: Field): Markup {
  const { name, label, type, autocomplete, value, hint, least, most, wrong, isFixed = false } = facts;
  const described = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter((id) => id !== undefined).join(' ');
  return html`<label for="${name}">${label}</label>
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${wrong !== undefined && html`<p class="hint wrong" id="${name}-wrong" role="alert">${wrong}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      value="${value ?? ''}"
      required
      maxlength="${most}"
      ${least !== undefined && html` minlength="${least}"`}${described !== '' && html` aria-describedby="${described}"`}
      ${wrong !== undefined && html` aria-invalid="true"`}${isFixed && html` readonly`}
      spellcheck="false"
      autocapitalize="none"
    />`;
}

export function hidden(name: string, value: string): Markup {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** What went wrong, read out as soon as the page is there. */
export function problem(message: string | undefined): Markup | undefined {
  return message === undefined ? undefined : html`<div class="notice wrong" role="alert"><p>${message}</p></div>`;
}

/** Names with what they stand for. */
export function factList(rows: readonly (readonly [name: string, value: Markup])[]): Markup {
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
