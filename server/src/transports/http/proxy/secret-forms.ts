import type { Secret } from '../../../lib/secret.ts';

/** How text is written as bytes. */
export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be';

/** A way a secret may be written: for each of its characters the ways it may be, in bytes read as Latin-1, in lower case. */
export type Form = readonly (readonly string[])[];

const shortest = 8;

/** The ways in which secrets of 8 bytes and more may be written. */
export function formsOf(secrets: readonly Secret[], encoding: TextEncoding): readonly Form[] {
  const clear = [...new Set(secrets.map((secret) => secret.reveal()))];
  const forms = clear.filter((secret) => Buffer.byteLength(secret) >= shortest).map(plainAndEncoded);
  return forms.flat().map((form) => form.map((ways) => distinct(ways.map((way) => inBytes(way, encoding)))));
}

function plainAndEncoded(secret: string): readonly Form[] {
  return [Array.from(secret, waysOf), ...base64Forms(Buffer.from(secret))];
}

function distinct(ways: readonly string[]): readonly string[] {
  return [...new Set(ways.map((way) => way.toLowerCase()))];
}

/**
 * RFC 8259 §7 lets any character stand escaped, RFC 3986 §2.1 any byte; nobody escapes letters and digits. Text in JSON in
 * JSON is escaped again, and so is what is percent-encoded twice.
 */
function waysOf(character: string): readonly string[] {
  if (/^[A-Za-z0-9]$/.test(character)) return [character];
  const units = character.split('').map((unit) => `u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'));
  const short = JSON.stringify(character).slice(1, -1).replace(/^\\/, '');
  const escaped = escapes.flatMap((escape) => [`${escape}${short}`, units.map((unit) => escape + unit).join('')]);
  const percent = ['%', '%25'].map((sign) => bytes.map((byte) => sign + byte).join(''));
  return [character, ...escaped, ...percent, ...(character === ' ' ? ['+'] : [])];
}

/** What stands before an escaped character in JSON, and in JSON in JSON, up to three deep. */
const escapes = [1, 2, 3, 4, 7, 8].map((depth) => '\\'.repeat(depth));

/** The characters that the bytes alone decide, wherever in a group of three they begin (RFC 4648 §4, §5). */
function base64Forms(bytes: Buffer): readonly Form[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const decided = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [...decided].map((character) => base64Ways[character] ?? [character]);
  });
}

const base64Ways: Readonly<Record<string, readonly string[]>> = {
  '+': ['+', '-', '%2b', String.raw`\u002b`],
  '/': ['/', '_', String.raw`\/`, '%2f', String.raw`\u002f`],
};

function inBytes(text: string, encoding: TextEncoding): string {
  if (encoding === 'utf8') return Buffer.from(text).toString('latin1');
  const little = Buffer.from(text, 'utf16le');
  return (encoding === 'utf16le' ? little : little.swap16()).toString('latin1');
}
