import { describe, expect, it } from 'vitest';
import { visibleJson, visibleLines, visibleText } from './visible-text.ts';

const tag = (text: string) => [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');

describe('a text that is shown to who decides', () => {
  it.each([
    ['nothing to see', 'pay 10 €, Ångström, 日本語, עברית, 😀', 'pay 10 €, Ångström, 日本語, עברית, 😀'],
    ['a right-to-left override', 'invoice\u202Efdp.exe', 'invoice⟦U+202E⟧fdp.exe'],
    ['an isolate', '\u2066a\u2069', '⟦U+2066⟧a⟦U+2069⟧'],
    ['a right-to-left mark', 'a\u200Fb', 'a⟦U+200F⟧b'],
    ['a zero-width space', 'ad\u200Bmin', 'ad⟦U+200B⟧min'],
    ['a zero-width joiner', 'a\u200Db', 'a⟦U+200D⟧b'],
    ['a soft hyphen', 'a\u00ADb', 'a⟦U+00AD⟧b'],
    ['a byte order mark', '\uFEFFa', '⟦U+FEFF⟧a'],
    ['tag characters', `a${tag('hi')}`, 'a⟦U+E0068⟧⟦U+E0069⟧'],
    ['variation selectors', 'a\uFE0F\u{E0101}', 'a⟦U+FE0F⟧⟦U+E0101⟧'],
    ['a combining joiner', 'a\u034Fb', 'a⟦U+034F⟧b'],
    ['a Hangul filler', 'a\u3164\uFFA0b', 'a⟦U+3164⟧⟦U+FFA0⟧b'],
    ['a blank of Braille', 'a\u2800b', 'a⟦U+2800⟧b'],
    ['a space that is none', 'a\u00A0\u3000b', 'a⟦U+00A0⟧⟦U+3000⟧b'],
    ['separators of lines', 'a\u2028b\u2029c', 'a⟦U+2028⟧b⟦U+2029⟧c'],
    ['controls', 'a\u001B[2J\u0007\u007F\u0085', 'a⟦U+001B⟧[2J⟦U+0007⟧⟦U+007F⟧⟦U+0085⟧'],
    ['half of a pair', 'a\uD83Db', 'a⟦U+D83D⟧b'],
    ['private use', 'a\uE000b', 'a⟦U+E000⟧b'],
    ['lines', 'a\r\n\tb', 'a⟦U+000D⟧⟦U+000A⟧⟦U+0009⟧b'],
    ['our own mark', 'a⟦U+202E⟧b', 'a⟦U+27E6⟧U+202E⟧b'],
  ])('shows %s', (_what, raw, shown) => {
    expect(visibleText(raw)).toBe(shown);
  });

  it('leaves the lines of a longer text as they are, and nothing else of it', () => {
    expect(visibleLines('a\n\tb\r\u202E')).toBe('a\n\tb⟦U+000D⟧⟦U+202E⟧');
  });

  it('shows a whole value: names, lists and what is nested, and leaves numbers alone', () => {
    const value = { 'to\u200B': ['a\u202Eb', { deep: '\u{E0041}' }], n: 1, yes: true, none: null, __proto__x: 'y' };
    expect(visibleJson(value)).toEqual({
      'to⟦U+200B⟧': ['a⟦U+202E⟧b', { deep: '⟦U+E0041⟧' }],
      n: 1,
      yes: true,
      none: null,
      __proto__x: 'y',
    });
  });

  it('keeps names apart that look alike, also the one of every prototype', () => {
    const value: unknown = JSON.parse('{"a":1,"a\\u200b":2,"__proto__":{"b":3}}');
    expect(JSON.stringify(visibleJson(value))).toBe('{"a":1,"a⟦U+200B⟧":2,"__proto__":{"b":3}}');
  });

  it('shows all of a long text', () => {
    const long = `${'x'.repeat(250_000)}\u202E`;
    expect(visibleText(long)).toBe(`${'x'.repeat(250_000)}⟦U+202E⟧`);
  });
});
