import type { EgressResponse } from '../../egress/egress.ts';
import type { ProviderAnswer } from '../outcome.ts';
import type { Redactor } from '../../lib/redact.ts';
import { decode, readBody } from './read-body.ts';
import { retryAfterOf } from './retry-after.ts';

/**
 * An answer to hand on: its status, its content type and its bytes, unless they hold a secret. Then they are text in UTF-8
 * without it (S25). Nothing else of the answer goes on, its cookies least of all (S12). `now` is in milliseconds.
 */
export function passAnswer(
  response: Pick<EgressResponse, 'status' | 'headers' | 'body'>,
  redactor: Redactor,
  now: number,
): ProviderAnswer {
  const { status, headers, body } = response;
  const type = redactor.text(headers['content-type'] ?? '');
  const text = decode(body, headers['content-type'] ?? '');
  const clean = redactor.text(text);
  const retryAfter = retryAfterOf(headers, now);
  if (clean === text) return { status, body, retryAfter, contentType: contentType(type) };
  const written = Buffer.from(rewritten(response, clean, redactor));
  return { status, body: written, retryAfter, contentType: contentType(type.replace(charset, 'charset=utf-8')) };
}

const charset = /charset="?[\w-]+"?/i;
const wellFormed = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?$/;

/** RFC 9110 §8.3; anything else is bytes. */
function contentType(type: string): string {
  return type.length <= 255 && wellFormed.test(type) ? type : 'application/octet-stream';
}

/** JSON stays JSON: a number that is a secret becomes a text. */
function rewritten(response: Pick<EgressResponse, 'headers' | 'body'>, clean: string, redactor: Redactor): string {
  const value = readBody(response, redactor);
  return typeof value === 'object' && isJson(response.headers) ? JSON.stringify(value) : clean;
}

function isJson(headers: EgressResponse['headers']): boolean {
  return /^[\w/.+-]+json\b/i.test(headers['content-type'] ?? '');
}
