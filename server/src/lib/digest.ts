import { createHash, hash, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return hash('sha256', text);
}

/** SHA-256 of a JSON value in its canonical form (RFC 8785), in hex: equal values have equal digests. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Compares two texts in a time that tells nothing about where they differ. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}
