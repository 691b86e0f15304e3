import type { DiscoveredServer } from '../../oauth/mcp/discovered-server.ts';
import type { Secret } from '../../lib/secret.ts';

/** What renews the token of a connection: a refresh token and who may use it, or the submitted values themselves. */
export type GrantSecrets = CodeGrant | ExchangeGrant;

/** What somebody granted by signing in, or what was imported (RFC 6749 §6). */
export interface CodeGrant {
  readonly kind: 'code';
  /** Absent: when the token is over, somebody signs in again. */
  readonly refreshToken?: Secret | undefined;
  /** Who the refresh token was issued to; absent where a token was imported without. */
  readonly client?: GrantClient | undefined;
  /** The authorization server that discovery found: no other one is ever told. Absent: the manifest's. */
  readonly server?: DiscoveredServer | undefined;
  /** The only origins that refresh token and client secret may be sent to (S1). */
  readonly origins: readonly string[];
  /** What was asked for. */
  readonly scopes: readonly string[];
}

/** The submitted values are exchanged for a token again whenever it is over. */
export interface ExchangeGrant {
  readonly kind: 'exchange';
}

/** An OAuth client, and who brought it. */
export interface GrantClient {
  readonly source: 'connection' | 'workspace' | 'environment' | 'registration' | 'metadata' | 'configured' | 'given';
  readonly clientId: string;
  readonly clientSecret?: Secret | undefined;
}
