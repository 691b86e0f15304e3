import type { Readable } from 'node:stream';
import { createRedactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';

/** More of an answer is neither read nor kept. Bytes. */
const mostBytes = 2_048;
/** At the end of what was cut off a secret may have begun, in whichever spelling. Characters. */
const doubtful = 200;

/** How an answer begins, as text without the secrets. Rejects where it breaks off before its end or the most that is read. */
export async function readBeginning(body: Readable, secrets: readonly Secret[]): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > mostBytes) break;
  }
  const text = Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
  // PostgreSQL keeps no zero in a text.
  const clean = redacted(text, secrets).replaceAll('\0', '\uFFFD');
  return size > mostBytes ? clean.slice(0, -doubtful) : clean;
}

/** Secrets are known with the prefix that all of them have, and without. */
function redacted(text: string, secrets: readonly Secret[]): string {
  const keys = secrets.map((secret) => new Secret(secret.reveal().replace(/^whsec_/, '')));
  return createRedactor([...secrets, ...keys]).text(text);
}
