import { expect, it } from 'vitest';
import { cleanFileName } from './file-name.ts';

it.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ann\\notes.txt', 'notes.txt'],
  ['Bericht für März.csv', 'Bericht für März.csv'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['a\r\nset-cookie: b', 'aset-cookie: b'],
  ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
  ['..', 'file'],
  ['.', 'file'],
  ['', 'file'],
  [' / ', 'file'],
  [`${'a'.repeat(300)}.tar`, `${'a'.repeat(196)}.tar`],
])('of %j keeps %j', (given, kept) => {
  expect(cleanFileName(given)).toBe(kept);
});
