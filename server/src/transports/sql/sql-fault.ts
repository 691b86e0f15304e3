/**
 * Why there is no answer: `auth`, `input`, `scope` and `busy` say what the database turned down,
 * `read_only` that nothing can be changed here, `stopped` that it gave a
 * statement up, `lost` that the connection ended first. What was `sent` may have had its effect then.
 */
export type SqlFaultKind = 'auth' | 'input' | 'scope' | 'busy' | 'read_only' | 'stopped' | 'lost';

/** Thrown by whatever runs a statement, in a sentence that may hold words of the database. */
export class SqlFault extends Error {
  readonly kind: SqlFaultKind;
  /** Whether the statement may have reached the database. */
  readonly sent: boolean;

  constructor(kind: SqlFaultKind, message: string, { sent = false, cause }: { sent?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'SqlFault';
    this.kind = kind;
    this.sent = sent;
  }
}

/** The end of a call that somebody or something gave up. */
export function givenUp(signal: AbortSignal, { timeoutMs, sent }: { timeoutMs: number; sent: boolean }): SqlFault {
  const isLate = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  const message = isLate
    ? `The database did not finish within ${timeoutMs / 1_000} seconds.`
    : 'The call was given up before the database answered.';
  return new SqlFault('stopped', message, { sent });
}
