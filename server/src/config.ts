import { readEnvironment, type Reader } from './lib/environment.ts';
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

/** How programs that speak MCP on their standard input and output are run. */
export interface StdioConfig {
  /** A name, a number, or a range of numbers. */
  readonly user: string | undefined;
  /** The operator's list, as it is written. */
  readonly commands: string;
  /** The file of bwrap(1), where it is not on the usual path. */
  readonly bubblewrap: string;
  /** A folder that packages were installed in. */
  readonly packages: string | undefined;
  /** How long one that nobody uses goes on, in milliseconds. */
  readonly idleMs: number;
  /** Of each of their processes, beyond what an idle one takes up. */
  readonly memoryMb: number;
  /** How many may run at a time. */
  readonly most: { readonly inWorkspace: number; readonly inAll: number };
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
  /** Newest first: it seals from the beginning of a new database, and else once the keys are rotated to it. Empty: one is made. */
  readonly masterKeys: readonly MasterKey[];
  readonly adminKey: Secret | undefined;
  /** Hosts and CIDRs that may be reached although private. */
  readonly egressAllow: readonly string[];
  readonly catalogDirs: readonly string[];
  /** How programs that speak MCP are run (S4); `undefined` where they are not. */
  readonly stdio: StdioConfig | undefined;
  readonly filesDir: string | undefined;
  /** The files that variables were read from: nobody else's business. */
  readonly secretFiles: readonly string[];
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

/** The configuration does not make sense; `problems` has every reason, each a sentence that names the variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n- ${problems.join('\n- ')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads the environment (each variable also as `NAME_FILE`), or throws one ConfigError with everything that is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = readEnvironment(env);
  const config = {
    ...readListener(read),
    ...readStores(read),
    ...readReach(read),
    ...readPeople(read),
    ...readHouse(read),
    secretFiles: read.files,
  };
  refuseClearText(config, read);
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return Object.freeze(config);
}

function readListener(read: Reader) {
  const port = read.number('PLUGBOARD_PORT', { least: 0, most: 65_535 }) ?? 7400;
  return {
    host: read.text('PLUGBOARD_HOST') ?? '127.0.0.1',
    port,
    publicUrl: read.webUrl('PLUGBOARD_PUBLIC_URL') ?? `http://localhost:${port}`,
    insecureHttp: read.flag('PLUGBOARD_INSECURE_HTTP'),
    trustProxy: read.list('PLUGBOARD_TRUST_PROXY'),
    rateLimit: read.numberOrOff('PLUGBOARD_RATE_LIMIT') ?? 1200,
  };
}

function readStores(read: Reader) {
  return {
    dataDir: read.text('PLUGBOARD_DATA_DIR') ?? './data',
    databaseUrl: read.secret(
      'DATABASE_URL',
      /^postgres(ql)?:\/\/.+/,
      'must start with postgres://. Leave it out for SQLite.',
    ),
    masterKeys: readMasterKeys(read),
    adminKey: read.secret('PLUGBOARD_ADMIN_KEY', /^\S{24,}$/, 'must be at least 24 characters without spaces.'),
  };
}

function readReach(read: Reader) {
  return {
    egressAllow: read.list('PLUGBOARD_EGRESS_ALLOW'),
    catalogDirs: read.list('PLUGBOARD_CATALOG_DIRS'),
    stdio: readStdio(read),
    filesDir: read.text('PLUGBOARD_FILES_DIR'),
    oauthApps: readOauthApps(read),
  };
}

/** Checked even where it is switched off, so that switching it on brings no surprise. */
function readStdio(read: Reader): StdioConfig | undefined {
  const on = read.flag('PLUGBOARD_STDIO');
  const stdio = {
    user: readUser(read),
    commands: read.text('PLUGBOARD_STDIO_COMMANDS') ?? '',
    bubblewrap: read.text('PLUGBOARD_STDIO_BUBBLEWRAP') ?? 'bwrap',
    packages: read.text('PLUGBOARD_STDIO_PACKAGES'),
    idleMs: read.duration('PLUGBOARD_STDIO_IDLE') ?? 300_000,
    memoryMb: read.number('PLUGBOARD_STDIO_MEMORY', { least: 16, most: 65_536 }) ?? 512,
    most: {
      inWorkspace: read.number('PLUGBOARD_STDIO_PER_WORKSPACE', { least: 1, most: 1000 }) ?? 8,
      inAll: read.number('PLUGBOARD_STDIO_MOST', { least: 1, most: 1000 }) ?? 24,
    },
  };
  return on ? stdio : undefined;
}

function readUser(read: Reader): string | undefined {
  const user = read.text('PLUGBOARD_STDIO_USER');
  if (user === undefined || /^([a-z_][a-z0-9_.-]{0,31}|[1-9]\d{0,8}(-[1-9]\d{0,8})?)$/i.test(user)) return user;
  read.problems.push('PLUGBOARD_STDIO_USER must be the name or number of a user, or a range of numbers: 20000-20031.');
  return undefined;
}

function readPeople(read: Reader) {
  const issuer = read.issuer('PLUGBOARD_OIDC_ISSUER');
  const rest = {
    clientId: read.text('PLUGBOARD_OIDC_CLIENT_ID'),
    clientSecret: read.secret('PLUGBOARD_OIDC_CLIENT_SECRET'),
    audience: read.text('PLUGBOARD_OIDC_AUDIENCE'),
  };
  if (!issuer && Object.values(rest).some((value) => value !== undefined)) {
    read.problems.push('PLUGBOARD_OIDC_ISSUER is missing although another PLUGBOARD_OIDC_… variable is set.');
  }
  return {
    oidc: issuer ? { issuer, ...rest } : undefined,
    smtpUrl: read.secret('PLUGBOARD_SMTP_URL', /^smtps?:\/\/.+/, 'must start with smtp:// or smtps://.'),
  };
}

function readHouse(read: Reader) {
  const audit = read.choice('PLUGBOARD_AUDIT', ['normal', 'strict']) ?? 'normal';
  return {
    callsRetentionMs: read.duration('PLUGBOARD_CALLS_RETENTION') ?? 30 * 86_400_000,
    strictAudit: audit === 'strict',
  };
}

/** `id:key` pairs with base64 keys of 32 bytes; a single key may leave its id out and is called `1`. */
function readMasterKeys(read: Reader): MasterKey[] {
  const keys = read.list('PLUGBOARD_MASTER_KEY').map((entry, index, all): MasterKey | undefined => {
    const [, id, text = ''] = /^(?:([A-Za-z0-9_-]{1,32}):)?([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
    const key = Buffer.from(text, 'base64');
    if (key.length === 32 && (id || all.length === 1)) return { id: id ?? '1', key };
    read.problems.push(
      `PLUGBOARD_MASTER_KEY: key ${index + 1} must be ${all.length > 1 ? 'id:key, with a key of ' : ''}32 bytes in base64. Make one with: openssl rand -base64 32`,
    );
    return undefined;
  });
  const good = keys.filter((key) => key !== undefined);
  if (new Set(good.map((key) => key.id)).size < good.length)
    read.problems.push('PLUGBOARD_MASTER_KEY: two keys have the same id.');
  return good;
}

function readOauthApps(read: Reader): Map<string, OauthAppConfig> {
  const apps = new Map<string, OauthAppConfig>();
  for (const [name, slug] of read.named(/^PLUGBOARD_OAUTH_(.+)_CLIENT_ID$/)) {
    const clientId = read.text(name);
    const clientSecret = read.secret(`PLUGBOARD_OAUTH_${slug}_CLIENT_SECRET`);
    if (clientId) apps.set(slug.toLowerCase().replaceAll('_', '-'), { clientId, clientSecret });
  }
  return apps;
}

/** What the two variables are called that bring a connector's OAuth app. */
export function appVariables(connectorId: string): { readonly clientId: string; readonly clientSecret: string } {
  const name = `PLUGBOARD_OAUTH_${connectorId.toUpperCase().replaceAll('-', '_')}`;
  return { clientId: `${name}_CLIENT_ID`, clientSecret: `${name}_CLIENT_SECRET` };
}

/** Whether a listener's or URL's host, as it is written, is this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

/** Credentials in clear text on a network are refused unless the operator insists (S7). */
function refuseClearText(config: Pick<Config, 'host' | 'publicUrl' | 'insecureHttp'>, read: Reader): void {
  if (isLoopbackHost(config.host) || config.publicUrl.startsWith('https:') || config.insecureHttp) return;
  read.problems.push(
    `PLUGBOARD_HOST is ${config.host}, which others can reach, but PLUGBOARD_PUBLIC_URL is not https. Put a TLS proxy in front and set PLUGBOARD_PUBLIC_URL to its https address, or set PLUGBOARD_INSECURE_HTTP=on if you accept keys travelling in clear text.`,
  );
}
