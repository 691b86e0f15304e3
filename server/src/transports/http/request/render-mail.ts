import type { CompiledMail } from '../../../catalog/templates/compile-operation.ts';
import { fill, invalid, type Rendered, renderText, type TemplateValues } from '../../../catalog/templates/evaluate.ts';
import { Secret } from '../../../lib/secret.ts';

/**
 * A plain text mail (RFC 5322, RFC 2045), its subject and the names of people encoded where they are not ASCII (RFC 2047). A
 * header with an absent or empty value is left out. Refuses a value that could end its header and begin another: line breaks
 * and other control characters. Pure.
 */
export function renderMail(template: CompiledMail, values: TemplateValues): Rendered {
  const lines: string[] = [];
  let secret = false;
  for (const [name, value] of template.headers) {
    const rendered = fill(value, values, (text, reference) => (controls.test(text) ? refuse(reference.name) : text));
    if (!rendered.ok) return rendered;
    secret ||= rendered.value instanceof Secret;
    const text = open(rendered.value).trim();
    if (text !== '') lines.push(fold(`${name}: ${encoded(name, text)}`));
  }
  const text = renderText(template.text, values);
  const mail = [...lines, ...about, '', inLines(open(text)), ''].join('\r\n');
  return { ok: true, value: secret || text instanceof Secret ? new Secret(mail) : mail };
}

const controls = /[\p{Cc}\u2028\u2029]/u;
const about = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'];

function refuse(name: string) {
  return invalid(name, 'may not hold line breaks or control characters in the header of a mail');
}

function open(text: string | Secret | undefined): string {
  return text instanceof Secret ? text.reveal() : (text ?? '');
}

const usualLine = 60;

/** A line should have no more than 78 characters, and goes on after a space (RFC 5322 §2.1.1, §2.2.3). */
function fold(header: string): string {
  const [first = '', ...words] = header.split(' ');
  const lines = [first];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (word !== '' && last.length >= usualLine) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\r\n');
}

function encoded(header: string, text: string): string {
  if (isAscii(text)) return text;
  return header.toLowerCase() === 'subject' ? encodedWords(text) : withNamesEncoded(text);
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Of people their names alone, `Zoë <zoe@example.com>`: what stands in angle brackets is where the mail goes. */
function withNamesEncoded(text: string): string {
  let [done, name, before, isQuoted] = ['', '', '', false];
  for (const character of text) {
    if (character === '"' && before !== '\\') isQuoted = !isQuoted;
    before = character;
    if (isQuoted || !/[<>,]/.test(character)) {
      name += character;
      continue;
    }
    done += `${character === '<' ? encodedName(name) : name}${character}`;
    name = '';
  }
  return done + name;
}

function encodedName(name: string): string {
  if (isAscii(name)) return name;
  const plain = name
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replaceAll(/\\(.)/g, '$1');
  return `${name.startsWith(' ') ? ' ' : ''}${encodedWords(plain)} `;
}

/** 45 bytes make an encoded word of 72 characters; it may have 75 (RFC 2047 §2). */
const mostBytes = 45;

function encodedWords(text: string): string {
  const chunks = [''];
  for (const character of text.toWellFormed()) {
    const longer = (chunks.at(-1) ?? '') + character;
    if (Buffer.byteLength(longer) > mostBytes) chunks.push(character);
    else chunks[chunks.length - 1] = longer;
  }
  return chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(' ');
}

/** RFC 2045 §6.8. */
function inLines(text: string): string {
  const base64 = Buffer.from(text).toString('base64');
  return (base64.match(/.{1,76}/g) ?? []).join('\r\n');
}
