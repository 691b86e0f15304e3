import { randomBytes } from 'node:crypto';

/** The millisecond of the last id, and its counter: ids of one process are ordered within a millisecond, too. */
const last = { at: 0, counter: 0 };
const mostCounted = 0xfff;

/** Random bytes are asked for many at a time. */
const pool = { bytes: Buffer.alloc(0), at: 0 };
const pooledIds = 256;

/** A UUIDv7 (RFC 9562 §5.7): ordered by creation time, and in one process by creation (§6.2, method 1). */
export function newId(now: number = Date.now()): string {
  const bytes = randomId();
  const isSame = now === last.at && last.counter < mostCounted;
  last.counter = isSame ? last.counter + 1 : bytes.readUInt16BE(6) & 0x3ff;
  last.at = now;
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt16BE(0x7000 | last.counter, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function randomId(): Buffer {
  if (pool.at === pool.bytes.length) Object.assign(pool, { bytes: randomBytes(16 * pooledIds), at: 0 });
  pool.at += 16;
  return pool.bytes.subarray(pool.at - 16, pool.at);
}

/** What comes before every id that was made up to so many milliseconds before this one. */
export function idsSince(id: string, beforeMs: number): string {
  const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - beforeMs;
  const hex = Math.max(at, 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text has the form of a UUID (RFC 9562 §4), whatever its version. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** Unguessable text in base64url: 32 bytes are 256 bits, 43 characters. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
