import type { EgressResponse } from '../../egress/egress.ts';
import { parseJson } from '../../lib/json.ts';
import { essenceOf } from '../../files/media-type.ts';
import type { Redactor } from '../redact.ts';
import { parseForm } from './answer/parse-form.ts';
import { parseXml } from './answer/parse-xml.ts';

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

/**
 * The answer without secrets: JSON, XML and forms parsed, other text as it is, what stands for bytes, or null where there is
 * no body. What cannot be parsed stays text.
 */
export function readBody(response: Pick<EgressResponse, 'headers' | 'body'>, redactor: Redactor): unknown {
  if (response.body.length === 0) return null;
  const type = response.headers['content-type'] ?? '';
  const mediaType = essenceOf(type);
  if (!isText(type)) return readBytes(mediaType, response.body, redactor);
  const text = decode(response.body, type);
  const parsed = parseAs(mediaType, text);
  const clean = redactor.text(text);
  if (parsed === undefined) return clean;
  return clean === text && !isEscaped(mediaType) ? parsed : redactor.value(parsed);
}

/** Whether a body of this content type can be read as text. What has no type is taken for it. */
export function isText(type: string | undefined): boolean {
  const mediaType = essenceOf(type ?? '');
  return mediaType === '' || textTypes.test(mediaType);
}

function parseAs(mediaType: string, text: string): unknown {
  if (mediaType === '' || mediaType.endsWith('json')) return nestsTooDeep(text) ? undefined : parseJson(text);
  if (isXml(mediaType)) return parseXml(text);
  return mediaType === 'application/x-www-form-urlencoded' ? parseForm(text) : undefined;
}

/** What is meant to be looked at stays as it is. */
function isXml(mediaType: string): boolean {
  return /[/+]xml$/.test(mediaType) && !/^(image\/svg|application\/xhtml)\+xml$/.test(mediaType);
}

/** A secret may be written in ways that only reading undoes, such as `&#97;`. */
function isEscaped(mediaType: string): boolean {
  return !mediaType.endsWith('json') && mediaType !== '';
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
