import type { Call } from './call.ts';
import { EgressError, type EgressProblem } from '../egress.ts';

const problems: Readonly<Record<string, readonly [EgressProblem, (host: string) => string]>> = {
  UND_ERR_HEADERS_TIMEOUT: ['timeout', (host) => `${host} took the request and did not answer in time.`],
  UND_ERR_BODY_TIMEOUT: ['timeout', (host) => `${host} stopped in the middle of its answer.`],
  UND_ERR_HEADERS_OVERFLOW: ['too_large', (host) => `The headers of the answer of ${host} are too large.`],
  UND_ERR_DESTROYED: ['aborted', () => 'Plugboard is shutting down.'],
  UND_ERR_CLOSED: ['aborted', () => 'Plugboard is shutting down.'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['broken', (host) => `The answer of ${host} broke off.`],
};

/** Puts what went wrong during a call into a sentence, with `sent` true as soon as a byte may have left. */
export function explain(error: unknown, call: Pick<Call, 'host' | 'sent'>): EgressError {
  const { host, sent } = call;
  if (error instanceof EgressError)
    return error.sent === sent
      ? error
      : new EgressError(error.problem, error.message, { sent, cause: error.cause ?? error });
  const { code, message } = factsOf(error);
  const options = { sent, cause: error };
  const known = problems[code];
  if (known !== undefined) return new EgressError(known[0], known[1](host), options);
  if (
    code === 'UND_ERR_INVALID_ARG' ||
    code === 'UND_ERR_NOT_SUPPORTED' ||
    code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
  )
    return new EgressError('refused', `The request cannot be sent as HTTP (${message}).`, options);
  if (code.startsWith('HPE_')) return new EgressError('broken', `${host} did not answer with valid HTTP.`, options);
  if (code.startsWith('Z_') || code.startsWith('ERR_') || code === 'ZSTD_error')
    return new EgressError('broken', `The answer of ${host} cannot be decompressed.`, options);
  return new EgressError('broken', `${host} broke the connection before its answer was complete.`, options);
}

function factsOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: '' };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : '', message: error.message };
}
