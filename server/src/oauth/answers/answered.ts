import type { Secret } from '../../lib/secret.ts';
import type { TokenOutcome } from '../token-set.ts';

/** An answer of an authorization server as it came, and what of ours it may hold. */
export interface Answered {
  readonly answer: { readonly status: number; readonly retryAfter: string | undefined; readonly text: string };
  readonly secrets: readonly Secret[];
}

/** What came of a request that brought nothing. */
export type Failed = Exclude<TokenOutcome, { readonly ok: true }>;
