import type { Secret } from '../lib/secret.ts';

/** What a token endpoint handed out, in our own words (RFC 6749 §5.1). */
export interface TokenSet {
  readonly accessToken: Secret;
  /** Absent where none came: one that was there before goes on counting (RFC 6749 §6). */
  readonly refreshToken: Secret | undefined;
  /** Milliseconds since the epoch; absent where nobody knows. */
  readonly expiresAt: number | undefined;
  /** What was granted, where the answer says; absent: what was asked for (RFC 6749 §5.1). */
  readonly scopes: readonly string[] | undefined;
  /** What the manifest has captured from the answer. */
  readonly captured: Readonly<Record<string, string>>;
  /** OpenID Connect Core §2; read for the name of the account alone, and never kept. */
  readonly idToken: Secret | undefined;
  /** The whole answer, for the name of the account alone; never kept. */
  readonly answer: unknown;
}

/** What came of asking a token endpoint. Messages are sentences for people, with no secret in them. */
export type TokenOutcome =
  | { readonly ok: true; readonly tokens: TokenSet }
  /**
   * The server said no: `error` is its code (RFC 6749 §5.2), e.g. `invalid_grant`, or `refused` where it gives none. Besides,
   * `malformed` is an answer that is none, and `blocked` an address that our own rules do not let us reach.
   */
  | { readonly ok: false; readonly error: string; readonly message: string }
  /** Nobody answered, or not sensibly (5xx, 429). `sent`: whether the request may have arrived all the same. */
  | {
      readonly unreachable: true;
      readonly sent: boolean;
      readonly message: string;
      /** Milliseconds that the server asked to be left alone for. */
      readonly retryAfterMs?: number;
    };
