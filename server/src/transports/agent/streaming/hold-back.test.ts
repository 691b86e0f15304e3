import { array, assert, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/secret.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { createHoldBack } from './hold-back.ts';

const key = 'Bearer sk-"äbc" 0123';
const secrets = [new Secret(key)];

function passed(pieces: readonly string[], these = secrets): readonly string[] {
  const holdBack = createHoldBack(these, createRedactor(these));
  return [...pieces.map((piece) => holdBack.push(piece)), holdBack.end()];
}

describe('text in pieces', () => {
  it('leaves at once where no secret can be in it', () => {
    expect(passed(['Hello, ', 'how ', 'are you? ', 'Fine!'])).toEqual(['Hello, ', 'how ', 'are you? ', 'Fine!', '']);
    expect(passed(['Hello', ' there'], [])).toEqual(['Hello', ' there', '']);
  });

  it('waits for the end of a word, which may be a secret in base64', () => {
    expect(passed(['Hel', 'lo the', 're.'])).toEqual(['', 'Hello ', 'there.', '']);
  });

  it('waits while a secret may go on', () => {
    expect(passed(['So: Bearer ', 'sk-', 'ab. ', 'Done. '])).toEqual(['So: ', '', 'Bearer sk-ab. ', 'Done. ', '']);
  });

  it('ends with what it kept', () => {
    expect(passed(['So: Bearer sk-']).join('')).toBe('So: Bearer sk-');
  });

  const forms = [
    key,
    JSON.stringify(key).slice(1, -1),
    key.replaceAll('ä', String.raw`\u00e4`),
    encodeURIComponent(key),
    encodeURIComponent(key).replaceAll('%20', '+').toLowerCase().replaceAll('bearer', 'Bearer'),
    Buffer.from(key).toString('base64'),
    Buffer.from(`x${key}`).toString('base64url'),
  ];
  it.each(forms)('holds no secret however it is cut: %s', (form) => {
    const text = `It is ${form}, they say. `;
    const whole = createRedactor(secrets).text(text);
    expect(whole).toContain('[redacted]');
    for (let first = 0; first <= text.length; first += 1) {
      for (const width of [1, 3, 10]) {
        const pieces = [text.slice(0, first), text.slice(first, first + width), text.slice(first + width)];
        expect(passed(pieces).join('')).toBe(whole);
      }
    }
  });

  it('says in all what a redactor says of the whole, when secrets overlap and repeat themselves', () => {
    const these = ['abcabcab', 'abcabcabca.b', 'a.b.a.b.a.b'].map((text) => new Secret(text));
    const unit = constantFrom('abc', 'ab', 'a', 'a.b', '.b.', ' ', 'x', 'abcabcab');
    assert(
      property(array(unit, { maxLength: 40 }), array(integer({ min: 1, max: 6 }), { minLength: 1 }), (units, sizes) => {
        const text = units.join('');
        expect(passed(cut(text, sizes), these).join('')).toBe(createRedactor(these).text(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of anything at all leaves as it was', () => {
    assert(property(array(string({ unit: 'binary' })), (pieces) => passed(pieces).join('') === pieces.join('')));
  });
});

function cut(text: string, sizes: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}
