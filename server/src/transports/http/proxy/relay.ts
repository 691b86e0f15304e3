import type { Readable } from 'node:stream';

/** The most a body may hold that goes through while it arrives, either way, in bytes: 100 MiB. */
export const mostRelayedBytes = 100 * 1024 * 1024;

/** A provider's answer as it goes on: without secrets, and its body either whole or still arriving. */
export interface RelayedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable;
}

/** The caller's body as it arrives, and where the answer goes as it arrives. */
export interface Relay {
  /** `undefined` where the request has none. */
  readonly body: Readable | undefined;
  /** What the caller says it has; `undefined` where it does not say. */
  readonly bodyBytes: number | undefined;
  /** Is told once, as soon as the provider's status and headers are there. */
  readonly onAnswer: (answer: RelayedAnswer) => void;
  /** Is told where the body is refused for its size. */
  readonly onTooLarge: () => void;
}
