import type { BearerChallenge } from '../../oauth/mcp/read-challenge.ts';

/** Thrown by the fetch of an MCP session for answers that are the provider's refusal, not part of the protocol. */
export class McpHttpFailure extends Error {
  readonly status: number;
  /** What the server said: JSON or text. Not redacted. */
  readonly answer: unknown;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** How to sign in there, or what a token lacks, where the server says so. */
  readonly challenge: BearerChallenge | undefined;

  constructor(status: number, said: Pick<McpHttpFailure, 'answer' | 'retryAfter' | 'challenge'>) {
    super(`The MCP server answered ${status}.`);
    this.name = 'McpHttpFailure';
    this.status = status;
    this.answer = said.answer;
    this.retryAfter = said.retryAfter;
    this.challenge = said.challenge;
  }
}
