import { expect, it } from 'vitest';
import { nameOfAnswer } from './answer-name.ts';

const url = 'https://example.com/files/a%20b.pdf?x=1';

it.each([
  [undefined, url, 'a b.pdf'],
  ['attachment', url, 'a b.pdf'],
  ['attachment; filename="x.pdf"', url, 'x.pdf'],
  ['attachment; filename=x.pdf', url, 'x.pdf'],
  ['attachment; filename="a \\"b\\".pdf"', url, 'a "b".pdf'],
  [`attachment; filename="plain.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`, url, 'résumé.pdf'],
  [`attachment; filename*=utf-8'en'a%2Fb`, url, 'a/b'],
  [`attachment; filename*=UTF-8''%ff`, url, '%ff'],
  ['attachment; filename=""', url, 'a b.pdf'],
  [undefined, 'https://example.com/', 'file'],
  [undefined, 'https://example.com/%E0%A4%A', '%E0%A4%A'],
])('of %j at %s is %j', (disposition, at, name) => {
  const headers = disposition === undefined ? {} : { 'content-disposition': disposition };
  expect(nameOfAnswer({ headers, url: at })).toBe(name);
});
