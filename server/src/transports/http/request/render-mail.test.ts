import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompiledMail } from '../../../catalog/templates/compile-operation.ts';
import { parseTemplate } from '../../../catalog/templates/template.ts';
import { Secret } from '../../../lib/secret.ts';
import { renderMail } from './render-mail.ts';

const names = ['To', 'Cc', 'Subject', 'References'];
const template: CompiledMail = {
  headers: [
    ['To', parseTemplate('${arg.to}')],
    ['Cc', parseTemplate('${arg.cc}')],
    ['Subject', parseTemplate('${arg.subject}')],
    ['References', parseTemplate('${arg.references|default:} ${arg.id}')],
  ],
  text: parseTemplate('${arg.text}'),
};

function rendered(arg: Readonly<Record<string, unknown>>): string {
  const mail = renderMail(template, { arg });
  return mail.ok ? String(mail.value) : expect.fail(mail.message);
}

/** Headers, unfolded (RFC 5322 §2.2.3) and decoded (RFC 2047), and the text. */
function read(mail: string) {
  const [head = '', body = ''] = mail.split('\r\n\r\n');
  const headers = head
    .replaceAll('\r\n ', ' ')
    .split('\r\n')
    .map((line) => decoded(line).split(/: (.*)/s));
  return { headers: Object.fromEntries(headers), text: Buffer.from(body, 'base64').toString() };
}

function decoded(line: string): string {
  return line
    .replaceAll('?= =?', '?==?')
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, text: string) => Buffer.from(text, 'base64').toString());
}

const plain = { to: 'Ada <ada@example.com>', subject: 'Report', text: 'Here it is.' };

describe('a mail', () => {
  it('is what RFC 5322 says, without the headers that nobody gave', () => {
    expect(rendered({ ...plain, cc: '' })).toBe(
      'To: Ada <ada@example.com>\r\nSubject: Report\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n' +
        'Content-Transfer-Encoding: base64\r\n\r\nSGVyZSBpdCBpcy4=\r\n',
    );
    expect(rendered({ ...plain, id: '<a@b>' })).toContain('\r\nReferences: <a@b>\r\n');
    expect(rendered({ ...plain, id: '<a@b>', references: '<0@b>' })).toContain('\r\nReferences: <0@b> <a@b>\r\n');
  });

  it.each([
    ['a subject', 'subject', 'Bericht für Zoë, "eilig" <jetzt>'],
    ['the name of a person', 'to', 'Zoë Müller <zoe@example.com>, bob@example.com'],
    ['a name between quotes', 'to', '"Müller, Zoë" <zoe@example.com>, Ada <ada@example.com>'],
    ['a name with a quote in it', 'cc', '"Zoë \\"Z\\" Müller" <zoe@example.com>'],
    ['an address of another alphabet', 'cc', '用户@例子.世界'],
  ])('holds %s of any language', (_what, name, value) => {
    const mail = rendered({ ...plain, [name]: value });
    const header = read(mail).headers[name === 'cc' ? 'Cc' : name === 'to' ? 'To' : 'Subject'];
    expect(header?.replaceAll(/["\\]/g, '')).toBe(value.replaceAll(/["\\]/g, ''));
    if (name !== 'cc' || value.startsWith('"')) expect(mail).toMatch(/^[ -~\r\n]*$/);
  });

  it('has lines of a length that every server takes', () => {
    const many = Array.from({ length: 60 }, (_, index) => `Zoë ${index} <zoe${index}@example.com>`).join(', ');
    const mail = rendered({ ...plain, to: many, subject: 'ü'.repeat(300), text: 'x'.repeat(5_000) });
    expect(Math.max(...mail.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(200);
    expect(read(mail)).toMatchObject({ headers: { To: many, Subject: 'ü'.repeat(300) }, text: 'x'.repeat(5_000) });
  });

  it('is secret as soon as a part of it is', () => {
    const mail = renderMail(
      { ...template, text: parseTemplate('${field.key}') },
      { field: { key: new Secret('k') }, arg: plain },
    );
    expect(mail.ok && mail.value).toBeInstanceOf(Secret);
  });

  it('is quickly written, whatever stands in it', () => {
    const before = performance.now();
    for (const hostile of ['" \\"'.repeat(100_000), ' '.repeat(300_000), 'ü'.repeat(100_000), '<,>"'.repeat(100_000)])
      rendered({ ...plain, to: `ü${hostile}`, cc: hostile, subject: hostile });
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('a header of a mail', () => {
  it.each(['a@b.example\r\nBcc: evil@example.com', 'a\nb', 'a\rb', 'a\u0000', 'a\u0085b', 'a\u2028b', 'a\tb'])(
    'is never made of %j',
    (to) => {
      const mail = renderMail(template, { arg: { ...plain, to } });
      expect(mail).toEqual({
        ok: false,
        name: 'arg.to',
        message: expect.stringMatching(/^to may not hold line breaks/),
      });
    },
  );

  it('is none that nobody wrote, whatever the values are', () => {
    const breaking = constantFrom(
      '\r\nBcc: x',
      '\n\nBody',
      '\r',
      '\u2028',
      '=?UTF-8?Q?=0D=0ABcc:_x?=',
      '"',
      '<>',
      '\\',
      ',',
    );
    assert(
      property(string({ unit: 'binary' }), breaking, string(), (before, between, after) => {
        const value = before + between + after;
        const mail = renderMail(template, { arg: { to: value, cc: value, subject: value, id: value, text: value } });
        if (!mail.ok) return;
        const [head = ''] = String(mail.value).split('\r\n\r\n');
        const own = head
          .split('\r\n')
          .filter((line) => !line.startsWith(' '))
          .map((line) => line.split(':')[0]);
        const all = new Set([...names, 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']);
        expect(own.filter((name) => !all.has(name ?? ''))).toEqual([]);
        expect(new Set(own).size).toBe(own.length);
      }),
    );
  });
});
