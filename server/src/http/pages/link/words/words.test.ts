import { describe, expect, it } from 'vitest';
import { covers } from '../../../../../../tests/support/covers.ts';
import { html } from '../../frame/html.ts';
import { en } from './en.ts';
import { namesIn, speaker } from './say.ts';
import { languages, speak } from './speak.ts';

describe.each(Object.entries(languages))('the words in %s', (lang, words) => {
  it('are as many as in English, none of them empty or English', () => {
    covers('connect-links/languages');
    expect(Object.keys(words).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const [key, sentence] of Object.entries(words)) {
      expect(sentence.trim(), key).not.toBe('');
      const same = Object.entries(en).find(([name]) => name === key)?.[1];
      if (lang !== 'en') expect(sentence, key).not.toBe(same);
    }
  });

  it('put the same things into every sentence', () => {
    for (const [key, sentence] of Object.entries(en))
      expect(namesIn(String(Object.entries(words).find(([name]) => name === key)?.[1])), key).toEqual(
        namesIn(sentence),
      );
  });
});

it('puts in what is handed to it, and escapes what is no markup', () => {
  const { say, text } = speaker('en', { ...en, back_to: '<b> {host} & more' });
  expect(String(say('back_to', { host: html`<i>x</i>` }))).toBe('&#60;b&#62; <i>x</i> &#38; more');
  expect(text('back_to', { host: '{host}' })).toBe('<b> {host} & more');
});

it.each([
  ['de', undefined, 'de'],
  ['pt-BR', 'fr;q=0.5, es;q=0.9', 'es'],
  [null, 'ja-JP, en;q=0.8', 'ja'],
  [null, 'xx, *;q=0.1', 'en'],
  [null, 'de;q=0, fr;q=0.1', 'fr'],
  ['__proto__', 'constructor', 'en'],
])('speaks for %s and %s in %s', (locale, header, lang) => {
  expect(speak(locale, header).lang).toBe(lang);
});
