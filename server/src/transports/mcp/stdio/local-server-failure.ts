/** Thrown where a program cannot be started, now or at all. Nothing was carried out. */
export class LocalServerFailure extends Error {
  /** What it wrote before it ended, not redacted; empty where it wrote nothing. */
  readonly lastWords: string;

  constructor(message: string, lastWords = '') {
    super(message);
    this.name = 'LocalServerFailure';
    this.lastWords = lastWords;
  }
}

/** The JSON-RPC error code of an answer that a program did not live to give, in the range left to implementations (JSON-RPC 2.0 §5.1). */
export const programEnded = -32_098;
