import type { EgressResponse } from '../../egress/egress.ts';
import { parseJson } from '../../lib/json.ts';
import type { Redactor } from '../redact.ts';

/** What stands for an answer that is not text: small ones in base64, larger ones by their size alone. */
export interface BinaryOutput {
  readonly content_type: string;
  readonly bytes: number;
  readonly base64: string | null;
  readonly note?: string;
}

const largestBinary = 256 * 1024;
const deepest = 1000;
const textTypes =
  /^text\/|^application\/(.+\+)?(json|xml|yaml|x-yaml|javascript|x-www-form-urlencoded|x-ndjson|graphql)$|\+(json|xml|yaml)$/;

/** The answer without secrets: parsed JSON, text, what stands for bytes, or null where there is no body. */
export function readBody(response: Pick<EgressResponse, 'headers' | 'body'>, redactor: Redactor): unknown {
  if (response.body.length === 0) return null;
  const type = response.headers['content-type'] ?? '';
  const mediaType = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== '' && !textTypes.test(mediaType)) return readBytes(mediaType, response.body, redactor);
  return readText(decode(response.body, type), redactor, mediaType === '' || mediaType.endsWith('json'));
}

function readText(text: string, redactor: Redactor, mayBeJson: boolean): unknown {
  const json = mayBeJson && !nestsTooDeep(text) ? parseJson(text) : undefined;
  const clean = redactor.text(text);
  if (json === undefined) return clean;
  return clean === text ? json : redactor.value(json);
}

/** JSON that nobody could write out again; its brackets are counted wherever they stand. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

/** The body as text, in the character set that its content type names; UTF-8 where it names none we know. */
export function decode(body: Buffer, type: string): string {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset === 'utf-8' || charset === 'utf8') return withoutMark(body.toString('utf8'));
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8');
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function readBytes(mediaType: string, body: Buffer, redactor: Redactor): BinaryOutput {
  const facts = { content_type: mediaType, bytes: body.length };
  if (body.length > largestBinary)
    return { ...facts, base64: null, note: 'Larger than 256 KiB, so its bytes are left out.' };
  return { ...facts, base64: redactor.text(body.toString('base64')) };
}
