import { isUtf8 } from 'node:buffer';
import type { EgressResponse } from '../../egress/egress.ts';
import { keepWritten } from '../../lib/as-written.ts';
import { nestsDeeper, parseJson } from '../../lib/json.ts';
import { essenceOf } from '../../files/media-type.ts';
import type { Redactor } from '../../lib/redact.ts';
import { parseForm } from './answer/parse-form.ts';
import { parseXml } from './answer/parse-xml.ts';

/** What stands for an answer that is not text: small ones in base64, larger ones by their size alone. */
export interface BinaryOutput {
  readonly content_type: string;
  readonly bytes: number;
  readonly base64: string | null;
  readonly note?: string;
}

type Body = Pick<EgressResponse, 'headers' | 'body'>;

const largestBinary = 256 * 1024;
const deepest = 1000;
const textTypes =
  /^text\/|^application\/(.+\+)?(json|xml|yaml|x-yaml|javascript|x-www-form-urlencoded|x-ndjson|graphql)$|\+(json|xml|yaml)$/;

/**
 * The answer without secrets: JSON, XML and forms parsed, other text as it is, what stands for bytes, or null where there is
 * no body. What cannot be parsed stays text.
 */
export function readBody(response: Body, redactor: Redactor): unknown {
  if (response.body.length === 0) return null;
  const type = response.headers['content-type'] ?? '';
  const mediaType = essenceOf(type);
  if (!isText(type)) return readBytes(mediaType, response.body, redactor);
  const text = decode(response.body, type);
  const parsed = isJson(mediaType) ? readJson(response, text, redactor) : redactor.value(parseAs(mediaType, text));
  return parsed === undefined ? redactor.text(text) : parsed;
}

/** `undefined` where it is none, or nests deeper than could be written again. What has no type is taken for it. */
function readJson({ headers, body }: Body, text: string, redactor: Redactor): unknown {
  const parsed = nestsDeeper(text, deepest) ? undefined : parseJson(text);
  if (!redactor.clears(text)) return redactor.value(parsed);
  keepWritten(parsed, isPlain(body, headers['content-type'] ?? '') ? body : Buffer.from(text));
  return parsed;
}

/** Whether bytes are UTF-8 that anybody can read as it stands. */
function isPlain(body: Buffer, type: string): boolean {
  return charsetOf(type) === 'utf-8' && isUtf8(body) && !body.subarray(0, mark.length).equals(mark);
}

const mark = Buffer.from('\uFEFF');

/** Whether a body of this content type can be read as text. What has no type is taken for it. */
export function isText(type: string | undefined): boolean {
  const mediaType = essenceOf(type ?? '');
  return mediaType === '' || textTypes.test(mediaType);
}

function parseAs(mediaType: string, text: string): unknown {
  if (isXml(mediaType)) return parseXml(text);
  return mediaType === 'application/x-www-form-urlencoded' ? parseForm(text) : undefined;
}

/** What is meant to be looked at stays as it is. */
function isXml(mediaType: string): boolean {
  return /[/+]xml$/.test(mediaType) && !/^(image\/svg|application\/xhtml)\+xml$/.test(mediaType);
}

function isJson(mediaType: string): boolean {
  return mediaType === '' || mediaType.endsWith('json');
}

/** The body as text, in the character set that its content type names; UTF-8 where it names none we know. */
export function decode(body: Buffer, type: string): string {
  const charset = charsetOf(type);
  if (charset === 'utf-8') return withoutMark(body.toString('utf8'));
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8');
  }
}

function charsetOf(type: string): string {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8';
  return charset === 'utf8' ? 'utf-8' : charset;
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
