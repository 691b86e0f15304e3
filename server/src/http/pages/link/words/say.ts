import { html, type Markup } from '../../frame/html.ts';
import type { en } from './en.ts';

/** Every sentence of the pages, in one language. */
export type Words = Readonly<Record<WordKey, string>>;
export type WordKey = keyof typeof en;

/** What stands in braces in a sentence. */
type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type Values<Key extends WordKey, Value> = [Named<(typeof en)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Named<(typeof en)[Key]>, Value>>];

/** Speaks one language. */
export interface Speaker {
  /** Its tag (BCP 47), as `lang` takes it. */
  readonly lang: string;
  /** A sentence as markup: what is put into it stays what it is. */
  say<Key extends WordKey>(key: Key, ...values: Values<Key, Markup>): Markup;
  /** The same as a plain text, for the title of a page. */
  text<Key extends WordKey>(key: Key, ...values: Values<Key, string>): string;
}

export function speaker(lang: string, words: Words): Speaker {
  return {
    lang,
    say(key, ...[values]) {
      const found = new Map<string, Markup>(Object.entries(values ?? {}));
      return html`${partsOf(words[key]).map(({ text, name }) => (name === undefined ? html`${text}` : (found.get(name) ?? html``)))}`;
    },
    text(key, ...[values]) {
      const found = new Map<string, string>(Object.entries(values ?? {}));
      return partsOf(words[key])
        .map(({ text, name }) => (name === undefined ? text : (found.get(name) ?? '')))
        .join('');
    },
  };
}

interface Part {
  readonly text: string;
  readonly name?: string;
}

function partsOf(sentence: string): readonly Part[] {
  return sentence.split(/(?=\{\w+\})|(?<=\})/).map((text) => {
    const name = /^\{(\w+)\}$/.exec(text)?.[1];
    return name === undefined ? { text } : { text, name };
  });
}

/** What stands in braces in a sentence, in alphabetical order. */
export function namesIn(sentence: string): readonly string[] {
  return partsOf(sentence)
    .flatMap(({ name }) => name ?? [])
    .toSorted();
}
