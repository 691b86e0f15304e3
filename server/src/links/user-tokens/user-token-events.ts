declare module '../../events/append-event.ts' {
  interface EventTypes {
    'user_token.created': {
      /** The row of the end user. */
      readonly endUser: string;
      readonly connectors: readonly string[] | null;
      readonly connections: readonly string[];
      readonly expiresAt: string;
    };
    /** Of one token, or of an end user: then of all they had. */
    'user_token.revoked': { readonly endUser: string; readonly count: number };
    'key_set.registered': KeySetFacts;
    'key_set.changed': KeySetFacts;
    'key_set.revoked': { readonly name: string };
  }
}

interface KeySetFacts {
  readonly name: string;
  /** How its keys are called. */
  readonly kids: readonly string[];
  readonly connections: readonly string[];
}
