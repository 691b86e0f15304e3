import type { HeldAnswer } from './http/proxy/held-answer.ts';

/** Why a call was turned down, by us or by the provider (RULINGS, Everywhere 15). */
export const rejectedReasons = [
  'auth',
  'input',
  'scope',
  'rate_limit',
  'disabled',
  'declined',
  'connect_first',
  'held',
  'voided',
] as const;
export type RejectedReason = (typeof rejectedReasons)[number];

/** One thing wrong with the arguments: a JSON Pointer (RFC 6901) and what is wrong there. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type Rejected = {
  readonly status: 'rejected';
  readonly reason: RejectedReason;
  readonly message: string;
  readonly problems?: readonly Problem[];
  /** Seconds. */
  readonly retry_after?: number;
  readonly connect_url?: string;
  /** What the provider wants besides what was granted, where it says so: for asking a person for it. */
  readonly scopes?: readonly string[];
} & WithAnswer;

/** Of a raw request that nobody was there to take the answer of: what the provider answered, whatever it came to. */
interface WithAnswer {
  readonly answer?: HeldAnswer;
}

/** What carrying a call came to. */
export type Outcome =
  | { readonly status: 'ok'; readonly output: unknown }
  | Rejected
  | ({ readonly status: 'unavailable'; readonly message: string } & WithAnswer)
  /** A write that was cut off: nobody can know, and nobody repeats it (R2). */
  | ({ readonly status: 'outcome_unknown'; readonly message: string } & WithAnswer);

/** What a provider answered, as it came but for secrets (S12, S25): for who wants all of it. */
export interface ProviderAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** Seconds, where the provider says when to come back. */
  readonly retryAfter: number | undefined;
}

/** Is told of the provider's answer as soon as it is there, before anything of it is left out. */
export type OnAnswer = (answer: ProviderAnswer) => void;
