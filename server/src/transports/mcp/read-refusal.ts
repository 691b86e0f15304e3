import { parseJson } from '../../lib/json.ts';
import { readChallenge } from '../../oauth/mcp/read-challenge.ts';
import { retryAfterOf } from '../http/retry-after.ts';
import { McpHttpFailure } from './mcp-http-failure.ts';

/** An answer, its body read. */
export interface RefusingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Everything else is for the protocol to read: a lost session is a 404, an unknown version a 400, no stream a 405. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

/** The provider's refusal, to be thrown. `now` is in milliseconds. */
export function readRefusal({ status, headers, text }: RefusingAnswer, now: number): McpHttpFailure {
  const challenge = readChallenge(headers['www-authenticate']);
  return new McpHttpFailure(status, {
    answer: parseJson(text) ?? text,
    retryAfter: retryAfterOf(headers, now),
    challenge,
  });
}
