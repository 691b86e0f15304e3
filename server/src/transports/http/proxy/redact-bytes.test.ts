import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/secret.ts';
import { createByteRedactor } from './redact-bytes.ts';

const secret = 'k3y-se/cret+"q" é 0123456789';
const redactor = createByteRedactor([new Secret(secret), new Secret('another-one')]);

const encoded = (prefix: string): string => Buffer.from(prefix + secret).toString('base64');
const forms: readonly (readonly [string, string])[] = [
  ['as it is', secret],
  ['as JSON', JSON.stringify(secret)],
  ['as JSON in ASCII', JSON.stringify(secret).replaceAll('é', String.raw`\u00E9`)],
  ['as JSON with escaped slashes', JSON.stringify(secret).replaceAll('/', String.raw`\/`)],
  ['as JSON in JSON', JSON.stringify(JSON.stringify(secret))],
  ['as JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(secret)))],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ['in a form', new URLSearchParams({ a: secret }).toString()],
  ['in base64', encoded('')],
  ['in base64 behind one byte', encoded('x')],
  ['in base64 behind two bytes', encoded('xy')],
  ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
  ['in base64 with escaped slashes', encoded('').replaceAll('/', String.raw`\/`)],
];

async function streamed(chunks: readonly Buffer[]): Promise<Buffer> {
  const through = redactor.stream('utf8');
  if (through === undefined) throw new Error('There is something to find.');
  return buffer(Readable.from(chunks).pipe(through));
}

describe('bytes', () => {
  it.each(forms)('lose a secret that stands there %s, and keep their number', (_how, form) => {
    const bytes = Buffer.from(`before ${form} after`);
    const clean = redactor.whole(bytes, 'utf8');
    expect(clean.length).toBe(bytes.length);
    expect(clean.toString()).toMatch(/^before .*\[redacted\]\**.* after$/);
    for (const trace of ['se/cret', 'se%2Fcret', String.raw`se\/cret`, encoded('').slice(8, 24)])
      expect(clean.toString()).not.toContain(trace);
  });

  it.each(['utf16le', 'utf16be'] as const)('lose it in %s', (encoding) => {
    const little = Buffer.from(`a ${secret} b ${encodeURIComponent(secret)}`, 'utf16le');
    const bytes = encoding === 'utf16le' ? little : Buffer.from(little).swap16();
    const clean = redactor.whole(bytes, encoding);
    expect(clean.length).toBe(bytes.length);
    expect(clean.toString('latin1').replaceAll('\0', '')).not.toMatch(/cret|0123456789/);
  });

  it('without a secret are the same bytes', () => {
    const bytes = Buffer.from([0, 255, 254, 128, ...Buffer.from('k3y-se/cre é')]);
    expect(redactor.whole(bytes, 'utf8')).toBe(bytes);
  });

  it('shorter than eight are left alone, and eight are not', () => {
    const short = createByteRedactor([new Secret('1234567')]);
    expect(short.stream('utf8')).toBeUndefined();
    const eight = createByteRedactor([new Secret('12345678')]);
    expect(eight.whole(Buffer.from('a12345678b'), 'utf8').toString()).toBe('aredactedb');
  });
});

describe('bytes that arrive in pieces', () => {
  it('come out as they do in one, wherever they are cut', async () => {
    const parts = fc.constantFrom(
      ...forms.map(([, form]) => form),
      secret.slice(0, 9),
      'another-one',
      'plain ',
      '"',
      '\\',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(parts, { maxLength: 6 }),
        fc.array(fc.nat(40), { maxLength: 60 }),
        async (texts, cuts) => {
          const whole = Buffer.from(texts.join(''));
          const chunks: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) chunks.push(whole.subarray(at, (at = Math.min(whole.length, at + cut))));
          chunks.push(whole.subarray(at));
          expect((await streamed(chunks)).toString()).toBe(redactor.whole(whole, 'utf8').toString());
        },
      ),
      { numRuns: 300, seed: 20_261_121 },
    );
  });

  it('leave at once where nothing in them can be the beginning of a secret', async () => {
    const through = redactor.stream('utf8');
    through?.write('data: {"delta":"Hello"}\n\n');
    expect(String(through?.read())).toBe('data: {"delta":"Hello"}\n\n');
  });

  it('wait where it can', () => {
    const through = redactor.stream('utf8');
    through?.write('data: another-o');
    expect(String(through?.read())).toBe('data: ');
    through?.write('ne!');
    expect(String(through?.read())).toBe('[redacted]*!');
  });
});
