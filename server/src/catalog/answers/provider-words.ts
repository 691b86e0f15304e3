import { isRecord } from '../../lib/json.ts';
import { readPath } from './read-path.ts';

const longest = 512;
const usualPlaces = [
  'message',
  'error.message',
  'error_description',
  'error',
  'errors',
  'errorMessages',
  'detail',
  'title',
];

/**
 * What a provider itself said about a failure, on one line and at most 512 bytes: at the manifest's path or paths, or where such
 * words usually stand. Empty where it said nothing readable. Hand in redacted answers only: cutting hides secrets from search.
 */
export function providerWords(answer: unknown, path: string | readonly string[] = []): string {
  if (typeof answer === 'string') return looksLikeMarkup(answer) ? '' : cut(answer);
  const places = [path, usualPlaces].flat();
  const found = places.map((place) => wordsIn(readPath(answer, place))).find((words) => words !== '');
  return cut(found ?? (isRecord(answer) ? JSON.stringify(answer) : ''));
}

function looksLikeMarkup(text: string): boolean {
  return text.trimStart().startsWith('<');
}

function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return [...new Set(value.map(wordsInItem))].filter((words) => words !== '').join('; ');
  return isRecord(value) && Object.keys(value).length > 0 ? JSON.stringify(value) : '';
}

function wordsInItem(item: unknown): string {
  return wordsIn(isRecord(item) && typeof item.message === 'string' ? item.message : item);
}

/** Shortened to 512 bytes of UTF-8 without breaking a character; line breaks and control characters become spaces. */
export function cut(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  if (Buffer.byteLength(line) <= longest) return line;
  const kept = new TextDecoder().decode(Buffer.from(line).subarray(0, longest - 3), { stream: true });
  return `${kept}…`;
}
