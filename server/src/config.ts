import type { Secret } from './lib/secret.ts';

/** One master key: 32 bytes, with the id that boxes name. */
export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The sign-in and bearer tokens of one's own identity provider. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string | undefined;
  readonly clientSecret: Secret | undefined;
  readonly audience: string | undefined;
}

/** The client id and secret of an OAuth app, by connector id. */
export interface OauthAppConfig {
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
}

/** Everything the environment decides, read once and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; the only base of redirect URLs. */
  readonly publicUrl: string;
  readonly dataDir: string;
  /** A PostgreSQL URL, or `undefined` for SQLite in the data directory. */
  readonly databaseUrl: Secret | undefined;
  /** Newest first: the first one seals, all of them open. Empty: one is generated into the data directory. */
  readonly masterKeys: readonly MasterKey[];
  readonly adminKey: Secret | undefined;
  /** Hosts and CIDRs that may be reached although private. */
  readonly egressAllow: readonly string[];
  readonly catalogDirs: readonly string[];
  readonly stdio: boolean;
  readonly stdioUser: string | undefined;
  readonly stdioCommands: readonly string[];
  readonly filesDir: string | undefined;
  /** Milliseconds. */
  readonly callsRetentionMs: number;
  readonly strictAudit: boolean;
  readonly insecureHttp: boolean;
  /** Addresses and CIDRs of proxies whose forwarded addresses count. */
  readonly trustProxy: readonly string[];
  readonly oidc: OidcConfig | undefined;
  readonly smtpUrl: Secret | undefined;
  /** Requests a minute per key, or `off`. */
  readonly rateLimit: number | 'off';
  /** By connector id with dashes, e.g. `github`. */
  readonly oauthApps: ReadonlyMap<string, OauthAppConfig>;
}
