import type { Secret } from '../lib/secret.ts';

/** What a scheme adds to a request: opened only while the request is built. */
export interface Attachment {
  readonly headers: Readonly<Record<string, Secret>>;
  readonly query: Readonly<Record<string, Secret>>;
}

export const nothingAttached: Attachment = { headers: {}, query: {} };
