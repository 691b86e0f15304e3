/** Every code a request can fail with, its HTTP status, and what it means: the one table. */
export const failureStatus = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  INVALID_INPUT: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  PROVIDER_UNAVAILABLE: 502,
} as const;

export type FailureCode = keyof typeof failureStatus;

export interface FailureExtras {
  readonly cause?: unknown;
  /** Shown beside the message in the error body, e.g. the choices of an ambiguous call. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

/** A request we cannot serve: a code from the table and a sentence that says what to do. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, message: string, extras: FailureExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'Failure';
    this.code = code;
    this.details = extras.details;
    this.retryAfter = extras.retryAfter;
  }

  get status(): number {
    return failureStatus[this.code];
  }
}
