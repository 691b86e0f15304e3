import type { Readable } from 'node:stream';
import { EgressError } from '../../../egress/egress.ts';
import type { HeldAnswer } from './held-answer.ts';
import type { RelayedAnswer } from './relay.ts';

/** The most that is kept of an answer's body, in bytes: 1 MiB. */
export const mostHeldBytes = 1024 * 1024;

/** An answer as it is kept for who asked. A body that is too large, or that breaks off, is left out, and the answer says so. */
export async function holdAnswer({ status, headers, body }: RelayedAnswer): Promise<HeldAnswer> {
  const { 'content-length': _length, ...kept } = headers;
  const answer = { status, headers: kept };
  const bytes = await bytesOf(body);
  if (typeof bytes === 'string') return { ...answer, body: '', encoding: 'utf8', left_out: bytes };
  const text = textOf(bytes);
  if (text === undefined) return { ...answer, body: bytes.toString('base64'), encoding: 'base64' };
  return { ...answer, body: text, encoding: 'utf8' };
}

/** The bytes, or why they are left out. */
async function bytesOf(body: Buffer | Readable): Promise<Buffer | string> {
  if (Buffer.isBuffer(body)) return body;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostHeldBytes) return 'The body is larger than 1 MiB, so it was not kept.';
    }
  } catch (error) {
    if (error instanceof EgressError) return `The body broke off, so it was not kept. ${error.message}`;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** The text that these bytes are; `undefined` where they are none, or could not be written again byte by byte. */
export function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return text.includes('\0') || !bytes.equals(Buffer.from(text)) ? undefined : text;
}
