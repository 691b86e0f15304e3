import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { type Speaker, speaker, type Words } from './say.ts';

/** Every language the pages of links speak. */
export const languages: Readonly<Record<string, Words>> = { en, de, es, fr, ja };

/** The language that a link names; else the one that the browser likes best of those we speak (RFC 9110 §12.5.4); else English. */
export function speak(locale: string | null | undefined, acceptLanguage: string | undefined): Speaker {
  const wanted = [locale ?? '', ...preferred(acceptLanguage ?? '')].map(
    (tag) => tag.split('-')[0]?.toLowerCase() ?? '',
  );
  const lang = wanted.find((each) => Object.hasOwn(languages, each)) ?? 'en';
  return speaker(lang, languages[lang] ?? en);
}

const mostTags = 20;

function preferred(header: string): readonly string[] {
  return header
    .slice(0, 500)
    .split(',', mostTags)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((each) => each.trim());
      const weight = parameters.find((each) => each.startsWith('q='));
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
