import { assert, constantFrom, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWritten } from '../../lib/as-written.ts';
import { createRedactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';
import { readBody } from './read-body.ts';

const secret = 'glpat-se/cret 0123';
const redactor = createRedactor([new Secret(secret)]);

function read(body: Buffer | string, type = 'application/json'): unknown {
  return readBody({ headers: { 'content-type': type }, body: Buffer.from(body) }, redactor);
}

/** What goes on of a body: the JSON it is written as. */
function written(body: Buffer | string, type?: string): string {
  const value = read(body, type);
  return asWritten(value)?.toString('utf8') ?? JSON.stringify(value);
}

describe('JSON that came in an answer', () => {
  it('goes on as it came, and says what it says when it is read', () => {
    assert(
      property(jsonValue(), constantFrom(undefined, 1, '\t'), (value, space) => {
        const json = JSON.stringify({ value }, null, space);
        expect(written(json)).toBe(json);
        expect(read(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  it.each([
    ['whole numbers beyond any double', '{"id":12345678901234567890}'],
    ['fractions that are none', '[1.0,1e3,-0]'],
    ['escapes', String.raw`{"a":"\u00fc\/\ud83d\ude00\u0001"}`],
    ['half a surrogate pair', String.raw`["\ud800"]`],
    ['names that stand twice', '{"a":1,"a":2}'],
    ['a name that would reach a prototype', '{"__proto__":{"a":1}}'],
    ['spaces around', ' \r\n{"a": [ ] }\n'],
  ])('keeps %s', (_what, json) => {
    expect(written(json)).toBe(json);
  });

  it.each([
    ['a mark of its byte order', Buffer.from('\uFEFF{"a":"ü"}'), undefined],
    ['UTF-16', Buffer.from('{"a":"ü"}', 'utf16le'), 'application/json; charset=utf-16le'],
    ['Latin-1', Buffer.from('{"a":"ü"}', 'latin1'), 'application/json; charset=iso-8859-1'],
  ])('goes on in UTF-8 where it came with %s', (_what, body, type) => {
    expect(written(body, type)).toBe('{"a":"ü"}');
  });

  it('goes on in valid UTF-8 where it came in none', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]);
    expect(written(body)).toBe('{"a":"\uFFFD\uFFFD"}');
  });

  it.each([
    ['that is cut off', '{"a":[1,2'],
    ['with more behind its end', '{"a":1}}'],
    ['with a second value', '{"a":1},"status":"rejected"'],
    ['with a comment', '{"a":1/**/}'],
    ['with a number nobody knows', '[NaN]'],
    ['with a raw line break in a text', '["a\nb"]'],
    ['that nests a thousand deep', `${'['.repeat(1001)}${']'.repeat(1001)}`],
    ['that nests in lists and objects by turns', `${'[{"a":'.repeat(501)}1${'}]'.repeat(501)}`],
    ['that nests without an end', '['.repeat(1_000_000)],
  ])('stays a text where it is none, or one %s', (_what, body) => {
    expect(read(body)).toBe(body);
  });

  it('is read where it has many lists and objects that do not nest', () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, labels: ['a'] }));
    expect(read(JSON.stringify(rows))).toEqual(rows);
  });
});

describe('JSON with a secret', () => {
  const everyLetter = (text: string) =>
    [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const base64 = Buffer.from(`?>?${secret}`).toString('base64');

  it.each([
    ['as it is', secret],
    ['with an escaped slash', secret.replace('/', String.raw`\/`)],
    [
      'with escapes for all but letters and digits',
      secret.replace('-', String.raw`\u002d`).replace('/', String.raw`\u002F`),
    ],
    ['with escapes for every letter', everyLetter(secret)],
    ['with an escape for one letter', secret.replace('g', String.raw`\u0067`)],
    ['in percent', encodeURIComponent(secret)],
    ['in base64', base64],
    ['in base64 with escapes', base64.replaceAll('/', String.raw`\/`).replaceAll('+', String.raw`\u002B`)],
  ])('is written anew without it: %s', (_how, spelling) => {
    for (const json of [`{"a":1.0,"b":["x${spelling}y"]}`, `{"${spelling}":1}`, `{"a":"${spelling}","a":1}`]) {
      expect(asWritten(read(json))).toBeUndefined();
      expect(JSON.stringify(read(json))).not.toMatch(/se\W{0,3}cret|c2UvY3JldC|NlL2NyZX|zZS9jcmV0/);
    }
  });

  it('is written anew where the secret is digits that came as a number', () => {
    const digits = createRedactor([new Secret('12345678901234567890')]);
    const answer = { headers: {}, body: Buffer.from('{"id":12345678901234567890}') };
    expect(asWritten(readBody(answer, digits))).toBeUndefined();
  });
});
