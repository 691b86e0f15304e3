import type { RefusalCode } from './generated/error-code.ts';

/** Why a request was not served: a code of the API's, or that no answer of Plugboard's came. */
export type ErrorCode = RefusalCode | 'UNREACHABLE' | 'TIMEOUT' | 'UNEXPECTED_ANSWER';

/** One thing that is wrong with what was sent. */
export interface Problem {
  /** JSON Pointer (RFC 6901) into it. */
  readonly path: string;
  readonly message: string;
}

/** One connection that an ambiguous call may have meant. */
export interface Choice {
  readonly connection_id: string;
  readonly handle: string;
  readonly label: string;
  readonly account: string | null;
}

/** What an error says beside its sentence. */
export interface ErrorDetails {
  /** Of a body or arguments. */
  readonly problems?: readonly Problem[];
  /** Of an ambiguous call. */
  readonly choices?: readonly Choice[];
  readonly [field: string]: unknown;
}

interface Said {
  readonly code: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly details?: ErrorDetails | undefined;
  readonly cause?: unknown;
}

/** A request that was not served: a code of the API's, or `UNREACHABLE`, `TIMEOUT` (status 0) and `UNEXPECTED_ANSWER`. */
export class PlugboardError extends Error {
  /** An `ErrorCode`, or one that a newer server has. `isPlugboardError` narrows it. */
  readonly code: ErrorCode | (string & {});
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds after which trying again makes sense, where the server said so. */
  readonly retryAfter: number | undefined;
  /** What the error says beside its sentence: `problems` of a body, `choices` of an ambiguous call. */
  readonly details: ErrorDetails;

  constructor(message: string, said: Said) {
    super(message, 'cause' in said ? { cause: said.cause } : undefined);
    this.name = 'PlugboardError';
    this.code = said.code;
    this.status = said.status ?? 0;
    this.requestId = said.requestId;
    this.retryAfter = said.retryAfter;
    this.details = said.details ?? {};
  }
}

/** Whether it is a `PlugboardError`, and of one of these codes where any are given: `isPlugboardError(error, 'NOT_FOUND')`. */
export function isPlugboardError<Code extends ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is PlugboardError & { readonly code: Code } {
  return error instanceof PlugboardError && (codes.length === 0 || codes.some((code) => code === error.code));
}
