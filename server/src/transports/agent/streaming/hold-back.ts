import type { Secret } from '../../../lib/secret.ts';
import type { Redactor } from '../../../lib/redact.ts';

/** Text that arrives in pieces and leaves in pieces, without secrets. */
export interface HoldBack {
  /** What may leave now, with this piece added. */
  push(piece: string): string;
  /** What is left at the end. */
  end(): string;
}

const shortest = 8;
const base64Character = /[A-Za-z0-9+/_-]/;

/**
 * Keeps back the end of a text for as long as it may be the beginning of a secret (S25): a redactor that sees one piece at
 * a time would let a secret through in two. Like a redactor, it looks for secrets of 8 bytes and more.
 */
export function createHoldBack(secrets: readonly Secret[], redactor: Redactor): HoldBack {
  const clear = secrets.map((secret) => secret.reveal()).filter((secret) => Buffer.byteLength(secret) >= shortest);
  const forms = clear.map((secret) => [...secret].map(spellings));
  const longest = Math.max(0, ...forms.map((form) => form.reduce((sum, ways) => sum + longestOf(ways), 0)));
  let kept = '';
  return {
    push(piece) {
      kept += piece;
      const from = wholeBefore(kept, heldFrom(kept, { forms, longest }), redactor);
      const free = redactor.text(kept.slice(0, from));
      kept = kept.slice(from);
      return free;
    },
    end() {
      const rest = redactor.text(kept);
      kept = '';
      return rest;
    },
  };
}

type Spellings = readonly string[];

interface Forms {
  readonly forms: readonly (readonly Spellings[])[];
  /** Characters of the longest form, base64 included. */
  readonly longest: number;
}

/** In lower case, as they are compared: too much is kept back rather than too little. */
function spellings(character: string): Spellings {
  const code = character.charCodeAt(0).toString(16).padStart(4, '0');
  const percent = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const escaped = [JSON.stringify(character).slice(1, -1), `\\${character}`, `\\u${code}`, percent];
  return [character, ...escaped, ...(character === ' ' ? ['+'] : [])].map(lower);
}

/** Of the same length, whatever the text. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function longestOf(ways: Spellings): number {
  return Math.max(...ways.map((way) => way.length));
}

/** Where the part begins that has to wait. A run of base64 characters waits for its end: it may be a secret encoded. */
function heldFrom(text: string, { forms, longest }: Forms): number {
  if (longest === 0) return text.length;
  const start = Math.max(0, text.length - longest);
  const written = lower(text);
  let run = text.length;
  while (run > start && base64Character.test(text.charAt(run - 1))) run -= 1;
  for (let at = start; at < run; at += 1) if (forms.some((form) => endsInside(written, at, form))) return at;
  return run;
}

/** The last place up to this one that does not cut a secret in two. */
function wholeBefore(text: string, from: number, redactor: Redactor): number {
  const clean = redactor.text(text);
  let at = from;
  while (at > 0 && redactor.text(text.slice(0, at)) + redactor.text(text.slice(at)) !== clean) at -= 1;
  return at;
}

/** Whether the text from here on spells the beginning of a secret, and ends before the secret does. */
function endsInside(text: string, from: number, form: readonly Spellings[]): boolean {
  let reached: readonly number[] = [from];
  for (const ways of form) {
    if (reached.some((at) => endsWithin(text, at, ways))) return true;
    const next = reached.flatMap((at) => ways.filter((way) => text.startsWith(way, at)).map((way) => at + way.length));
    if (next.length === 0) return false;
    reached = [...new Set(next)];
  }
  return false;
}

/** Whether the text ends before this character is written out, in any of its ways. */
function endsWithin(text: string, at: number, ways: Spellings): boolean {
  const rest = text.length - at;
  return ways.some((way) => way.length > rest && way.startsWith(text.slice(at)));
}
