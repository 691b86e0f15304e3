import { Transform } from 'node:stream';
import type { Secret } from '../../../lib/secret.ts';
import { formsOf, type Form, type TextEncoding } from './secret-forms.ts';

/**
 * Takes secrets out of bytes (S25), whatever they are: as many others stand in their place, so that lengths and offsets stay
 * true. It looks for the forms that `createRedactor` knows, in secrets of 8 bytes and more.
 */
export interface ByteRedactor {
  /** The same bytes where nothing had to go. */
  whole(bytes: Buffer, encoding: TextEncoding): Buffer;
  /** The same while they arrive: what may be the beginning of a secret waits for what follows. `undefined` where there is nothing to find. */
  stream(encoding: TextEncoding): Transform | undefined;
}

/** Build it once for many answers: building costs more than looking. */
export function createByteRedactor(secrets: readonly Secret[]): ByteRedactor {
  const finders = new Map<TextEncoding, Finder | undefined>();
  const finderOf = (encoding: TextEncoding): Finder | undefined => {
    if (!finders.has(encoding)) finders.set(encoding, createFinder(formsOf(secrets, encoding)));
    return finders.get(encoding);
  };
  return {
    whole: (bytes, encoding) => redactWhole(bytes, finderOf(encoding)),
    stream(encoding) {
      const finder = finderOf(encoding);
      return finder && redactStream(finder);
    },
  };
}

/** Bytes are looked at as Latin-1, in which each is one character. */
interface Finder {
  readonly forms: readonly Form[];
  readonly pattern: RegExp;
  /** Bytes of the longest form. */
  readonly longest: number;
}

function createFinder(forms: readonly Form[]): Finder | undefined {
  if (forms.length === 0) return undefined;
  const source = forms.map((form) => form.map((ways) => `(?:${ways.map(literally).join('|')})`).join(''));
  const lengths = forms.map((form) => form.reduce((sum, ways) => sum + Math.max(...ways.map((way) => way.length)), 0));
  return { forms, pattern: new RegExp(source.join('|'), 'gi'), longest: Math.max(...lengths) };
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function redactWhole(bytes: Buffer, finder: Finder | undefined): Buffer {
  if (finder === undefined) return bytes;
  const text = bytes.toString('latin1');
  const clean = text.replace(finder.pattern, inPlaceOf);
  return clean === text ? bytes : Buffer.from(clean, 'latin1');
}

/** As many bytes as it takes the place of. */
function inPlaceOf(found: string): string {
  return (found.length < 10 ? 'redacted' : '[redacted]').padEnd(found.length, '*');
}

function redactStream(finder: Finder): Transform {
  let kept = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = kept + chunk.toString('latin1');
      const [clean, end] = redactUntil(text, openFrom(text, finder), finder);
      const isUntouched = kept === '' && end === text.length && clean === text;
      kept = text.slice(end);
      if (isUntouched) done(null, chunk);
      else done(null, clean === '' ? undefined : Buffer.from(clean, 'latin1'));
    },
    flush(done) {
      done(null, kept === '' ? undefined : Buffer.from(kept.replace(finder.pattern, inPlaceOf), 'latin1'));
    },
  });
}

/** The text without secrets up to here, or to the end of a secret that begins before; and how much of it that was. */
function redactUntil(text: string, limit: number, { pattern }: Finder): readonly [clean: string, end: number] {
  let [clean, end] = ['', 0];
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index >= limit) break;
    clean += text.slice(end, index) + inPlaceOf(found);
    end = index + found.length;
  }
  return end >= limit ? [clean, end] : [clean + text.slice(end, limit), limit];
}

/** Where the part begins that may be the beginning of a secret, and ends before the secret does. */
function openFrom(text: string, { forms, longest }: Finder): number {
  const start = Math.max(0, text.length - longest + 1);
  const tail = text.slice(start).toLowerCase();
  for (let at = 0; at < tail.length; at += 1) if (forms.some((form) => endsInside(tail, at, form))) return start + at;
  return text.length;
}

function endsInside(text: string, from: number, form: Form): boolean {
  let reached: readonly number[] = [from];
  for (const ways of form) {
    if (reached.some((at) => ways.some((way) => way.length > text.length - at && way.startsWith(text.slice(at)))))
      return true;
    const next = reached.flatMap((at) => ways.filter((way) => text.startsWith(way, at)).map((way) => at + way.length));
    if (next.length === 0) return false;
    reached = next.length === 1 ? next : [...new Set(next)];
  }
  return false;
}
