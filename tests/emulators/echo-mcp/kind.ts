import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a server keeps its clients apart. */
export interface Kind {
  handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> | void;
  /** Forgets all sessions. */
  forget(): void;
  /** Says that there is a new tool. */
  announce(tool: string): void;
}
