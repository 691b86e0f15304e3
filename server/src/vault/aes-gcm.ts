import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const base64url = /^[A-Za-z0-9_-]+$/;

/** Encrypts with a random nonce (AES-256-GCM, NIST SP 800-38D): base64url of nonce, ciphertext and tag. The context is authenticated with it. */
export function encrypt(key: Buffer, context: readonly string[], clear: Buffer): string {
  return encryptBytes(key, context, clear).toString('base64url');
}

/** The same as bytes: nonce, ciphertext and tag. */
export function encryptBytes(key: Buffer, context: readonly string[], clear: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(authenticated(context));
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** What was encrypted, or `undefined` where the key, the context or a single bit differs. */
export function decrypt(key: Buffer, context: readonly string[], text: string): Buffer | undefined {
  const bytes = parse(text);
  return bytes && decryptBytes(key, context, bytes);
}

/** The same of bytes. */
export function decryptBytes(key: Buffer, context: readonly string[], bytes: Buffer): Buffer<ArrayBuffer> | undefined {
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const tagStart = bytes.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(authenticated(context))
    .setAuthTag(bytes.subarray(tagStart));
  const clear = decipher.update(bytes.subarray(nonceBytes, tagStart));
  try {
    return Buffer.concat([clear, decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Every part behind its length in bytes (32 bits, big-endian): no two lists of parts make the same bytes. */
function authenticated(context: readonly string[]): Buffer {
  return Buffer.concat(
    context.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Strict: the one spelling of the bytes, no padding, no other alphabet, no spare bits. */
function parse(text: string): Buffer | undefined {
  if (!base64url.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length >= nonceBytes + tagBytes && bytes.toString('base64url') === text ? bytes : undefined;
}
