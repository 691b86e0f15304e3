import { expect, it } from 'vitest';
import { foreign, html } from './html.ts';

it('escapes every text, in elements and in attributes', () => {
  const evil = `"><script>alert('1')</script>&\``;
  const written = String(html`<p title="${evil}">${evil}</p>`);
  expect(written).not.toMatch(/<script|alert\('|&`/);
  expect(written.match(/&#60;script&#62;/g)).toHaveLength(2);
  expect(written).toContain('title="&#34;&#62;');
});

it('takes markup as it is, once and in lists, and shows nothing for nothing', () => {
  const items = ['<a>', 'b'].map((text) => html`<li>${text}</li>`);
  expect(String(html`<b>${items}</b>`)).toBe('<b><li>&#60;a&#62;</li><li>b</li></b>');
  expect(String(html`${undefined}${false}${3}`)).toBe('3');
});

it('is no markup because it looks like some', () => {
  const looksLikeIt: string = String(html`<b>bold</b>`);
  expect(String(html`${looksLikeIt}`)).toBe('&#60;b&#62;bold&#60;/b&#62;');
});

it.each([() => html`<p id=${'x'}></p>`, () => html`<p id=${'x'} class="a"></p>`])(
  'refuses a value that would stand outside of quotes',
  (write) => {
    expect(write).toThrow('no quotes');
  },
);

it('sets apart what others say, and writes out what cannot be seen', () => {
  expect(String(foreign('ada\u202E<b>'))).toBe('<bdi>ada⟦U+202E⟧&#60;b&#62;</bdi>');
});
