import type { Secret } from './secret.ts';

/** Takes secrets out of what a provider sent back (S25). */
export interface Redactor {
  text(text: string): string;
  /** The same value where nothing had to go; otherwise a copy. Keys are looked at too. */
  value(value: unknown): unknown;
  /** Whether JSON is sure to hold none, in whichever spelling: only then it may go on as it is written. */
  clears(json: string): boolean;
}

const shown = '[redacted]';

/**
 * Finds raw, base64, percent- and JSON-escaped forms of secrets of 8 bytes and more (`shortest`) and puts `[redacted]` in their
 * place, in one pass. Build it once for many answers: building costs more than looking.
 */
export function createRedactor(secrets: readonly Secret[], { shortest = 8 } = {}): Redactor {
  const forms = secrets
    .map((secret) => secret.reveal())
    .filter((secret) => Buffer.byteLength(secret) >= shortest)
    .flatMap(formsOf);
  if (forms.length === 0) return { text: (text) => text, value: (value) => value, clears: () => true };
  const longestFirst = [...new Set(forms)].sort((left, right) => right.length - left.length);
  const pattern = new RegExp(longestFirst.join('|'), 'g');
  const text = (clear: string): string => clear.replace(pattern, shown);
  const clears = (json: string): boolean => json.search(pattern) < 0 && !escapedLetter.test(json);
  return { text, value: (value) => redactValue(value, text), clears };
}

/** A letter or a digit that stands escaped (RFC 8259 §7), which hardly any writer does: the forms count on that. */
const escapedLetter = /\\u00(?:3\d|[46][1-9a-fA-F]|[57][\daA])/;

/** The ways a secret may be written, as parts of a regular expression. */
function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((offset) => base64At(Buffer.from(secret), offset));
  const encoded = [...base64, ...base64.map(urlSafe)].map(escapedForm);
  return [escapedForm(secret), percentForm(secret), ...encoded];
}

/** RFC 8259 §7: any character but letters and digits may stand escaped, whatever the writer's habits. */
function escapedForm(secret: string): string {
  return secret.replace(/[^A-Za-z0-9]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    const short = JSON.stringify(character).slice(1, -1);
    return `(?:${literally(character)}|${literally(short)}|\\\\${literally(character)}|\\\\u${eitherCase(code)})`;
  });
}

/** RFC 3986 §2.1: any byte but letters and digits may stand escaped, and a space as a plus sign. */
function percentForm(secret: string): string {
  return secret.toWellFormed().replace(/[^A-Za-z0-9]/gu, (character) => {
    const code = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    return `(?:${literally(character)}|${eitherCase(code)}${character === ' ' ? String.raw`|\+` : ''})`;
  });
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** The characters of a base64 text that the bytes alone decide when they start `offset` bytes into a group of three. */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function redactValue(value: unknown, text: (clear: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return redactNumber(value, text);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? redactList(value, text) : redactRecord(value, text);
}

/** A number of fewer than eight digits is left alone: it is too likely to be an ordinary one. */
function redactNumber(value: number, text: (clear: string) => string): unknown {
  const clear = String(value);
  return Math.abs(value) < 1e7 || text(clear) === clear ? value : shown;
}

function redactList(list: readonly unknown[], text: (clear: string) => string): readonly unknown[] {
  const clean = list.map((item) => redactValue(item, text));
  return clean.every((item, index) => item === list[index]) ? list : clean;
}

function redactRecord(record: object, text: (clear: string) => string): object {
  const entries = Object.entries(record);
  const clean = entries.map(([key, item]): [string, unknown] => [text(key), redactValue(item, text)]);
  const changed = clean.some(([key, item], index) => key !== entries[index]?.[0] || item !== entries[index]?.[1]);
  return changed ? Object.fromEntries(clean) : record;
}
