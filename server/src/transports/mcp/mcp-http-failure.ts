/** Thrown by the fetch of an MCP session for answers that are the provider's refusal, not part of the protocol. */
export class McpHttpFailure extends Error {
  readonly status: number;
  /** What the server said: JSON or text. Not redacted. */
  readonly answer: unknown;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, said: { readonly answer: unknown; readonly retryAfter: number | undefined }) {
    super(`The MCP server answered ${status}.`);
    this.name = 'McpHttpFailure';
    this.status = status;
    this.answer = said.answer;
    this.retryAfter = said.retryAfter;
  }
}
