/** One request that arrived. */
export interface LedgerEntry {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The object of a JSON body, or the text. */
  readonly body: unknown;
  /** 0 where nothing was answered. */
  status: number;
}

/** Access tokens the emulator knows, by what they may do. */
export const gitlabTokens = {
  valid: 'glpat-valid-0123456789',
  readOnly: 'glpat-readonly-012345',
  revoked: 'glpat-revoked-0123456',
} as const;
