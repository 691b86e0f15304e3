import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { Answer } from '../route.ts';

const passedAnswer = z.object({
  status: z.number(),
  contentType: z.string(),
  /** In base64: it may be anything. */
  body: z.string(),
  retryAfter: z.number().optional(),
});

const storedAnswer = z.object({
  status: z.number(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()),
  passed: passedAnswer.optional(),
});

/** An answer as the text that is sealed; its body is JSON or text, unless a provider's is passed on. */
export function writeAnswer({ status, body, headers = {}, passed }: Answer): string {
  const asText = passed && { ...passed, body: passed.body.toString('base64') };
  return JSON.stringify({ status, body, headers, passed: asText });
}

/** The answer in a text that `writeAnswer` made. */
export function readAnswer(text: string): Answer {
  const { passed, ...answer } = storedAnswer.parse(parseJson(text));
  if (passed === undefined) return answer;
  const { status, contentType, retryAfter, body } = passed;
  return { ...answer, passed: { status, contentType, retryAfter, body: Buffer.from(body, 'base64') } };
}
