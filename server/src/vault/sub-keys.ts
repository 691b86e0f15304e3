import { hkdfSync } from 'node:crypto';

/** A 32-byte key for one use, made from another key and the use's label (HKDF-SHA-256, RFC 5869): knowing one tells nothing of the others. */
export function subKey(key: Buffer, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `plugboard/1/${label}`, 32));
}
