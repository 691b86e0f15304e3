/** A request that was not served: a code of the API's, or `UNREACHABLE`, `TIMEOUT` (status 0) and `UNEXPECTED_ANSWER`. */
export class PlugboardError extends Error {
  readonly code: string;
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** What the error says beside its sentence: `problems` of a body, `choices` of an ambiguous call. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    said: Partial<Pick<PlugboardError, 'code' | 'status' | 'details' | 'requestId' | 'cause'>>,
  ) {
    super(message, 'cause' in said ? { cause: said.cause } : undefined);
    this.name = 'PlugboardError';
    this.code = said.code ?? 'UNEXPECTED_ANSWER';
    this.status = said.status ?? 0;
    this.requestId = said.requestId;
    this.details = said.details ?? {};
  }
}
