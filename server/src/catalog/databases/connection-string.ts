import type { SqlBlock } from '../connector.ts';

/** What a connection string can name. `ca_certificate` is not among them: a string names no file. */
export type PartName = 'host' | 'port' | 'database' | 'user' | 'password' | 'tls' | 'file';

/** The parts that were named, decoded. */
export type Parts = Partial<Readonly<Record<PartName, string>>>;

export type ReadParts = { readonly ok: true; readonly parts: Parts } | { readonly ok: false; readonly message: string };

/**
 * Takes a connection string apart (RFC 3986 §3, each part percent-decoded). What it does not understand for sure it refuses,
 * in a sentence that repeats nothing of it: a piece of a password may be anywhere in a string that is not encoded.
 */
export function readConnectionString(text: string, engine: SqlBlock['engine']): ReadParts {
  return engine === 'sqlite' ? readFileString(text) : readServerString(text, engine);
}

const schemes = { postgres: ['postgres', 'postgresql'], mysql: ['mysql', 'mariadb'] } as const;

// scheme, user and password, host and port, database, parameters; an @ / ? or # that is not encoded fits nowhere
const shape = /^([a-z]+):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^@/?#]*))?(?:\?([^@?#]*))?$/i;

function readServerString(text: string, engine: keyof typeof schemes): ReadParts {
  const [matched, scheme = '', login, place = '', database, params] = shape.exec(text) ?? [];
  const usual = `${schemes[engine][0]}://user:password@host:port/database`;
  if (matched === undefined)
    return refuse(`is not understood. It looks like ${usual}, with @ : / ? # % in a password percent-encoded`);
  if (!schemes[engine].some((each) => each === scheme.toLowerCase())) return refuse(`must look like ${usual}`);
  const read = [readLogin(login), readPlace(place), readDatabase(database), readParams(params, engine)];
  const broken = read.find((each) => !each.ok);
  if (broken) return broken;
  return { ok: true, parts: Object.assign({}, ...read.map((each) => (each.ok ? each.parts : {}))) };
}

function readLogin(login: string | undefined): ReadParts {
  if (login === undefined) return named({});
  const colon = login.indexOf(':');
  const [user, password] = colon < 0 ? [login, undefined] : [login.slice(0, colon), login.slice(colon + 1)];
  return named({ user: decoded(user), password: password === undefined ? undefined : decoded(password) });
}

function readPlace(place: string): ReadParts {
  if (place.includes(',')) return refuse('names several hosts. Name the one to use');
  const [matched, host = '', port] = /^(\[[0-9a-f:.]+\]|[^:[\]]*)(?::(\d{1,5}))?$/i.exec(place) ?? [];
  if (matched === undefined)
    return refuse('names no plain host and port. Percent-encode @ : / ? # % where they stand in a password');
  const name = decoded(host.replace(/^\[|\]$/g, ''));
  if (name === '' || name?.startsWith('/'))
    return refuse('names no host. Databases are reached over the network, never through a socket file');
  return named({ host: name, port });
}

function readDatabase(database: string | undefined): ReadParts {
  return database === undefined || database === '' ? named({}) : named({ database: decoded(database) });
}

/** What people give, and what would name files, sockets or further hosts or change what the connection does. */
const known: ReadonlySet<string> = new Set(
  [
    'host hostaddr port user password dbname database socket socketpath unix_socket service servicefile passfile options',
    'sslcert sslkey sslrootcert sslcrl sslpassword ssl ssl-ca ssl-cert ssl-key sslca target_session_attrs channel_binding',
    'application_name connect_timeout replication schema pgbouncer connection_limit charset flags authplugins debug',
    'multiplestatements allowloadlocalinfile infilestreamfactory',
  ].flatMap((line) => line.split(' ')),
);

function readParams(params: string | undefined, engine: keyof typeof schemes): ReadParts {
  if (params === undefined || params === '') return named({});
  const only = engine === 'mysql' ? ['sslmode', 'ssl-mode', 'ssl_mode'] : ['sslmode'];
  const pairs = params.split('&').map((pair) => /^([^=]*)=?(.*)$/s.exec(pair));
  for (const pair of pairs) {
    const name = pair?.[1]?.toLowerCase() ?? '';
    if (only.includes(name)) continue;
    // A name that nobody knows may be a piece of a password.
    const word = known.has(name) ? `may not set ${name}` : 'has a parameter that is not taken';
    return refuse(`${word}: ${only[0]} alone is. Give a certificate in its own field`);
  }
  if (pairs.length > 1) return refuse(`sets ${only[0]} twice`);
  return readTls(decoded(pairs[0]?.[2] ?? ''));
}

/** As PostgreSQL and as MySQL call them. */
const tlsWords: Readonly<Record<string, string>> = {
  disable: 'disable',
  disabled: 'disable',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify-ca',
  verify_ca: 'verify-ca',
  'verify-full': 'verify-full',
  verify_identity: 'verify-full',
};

function readTls(given: string | null): ReadParts {
  const word = given?.toLowerCase() ?? '';
  if (Object.hasOwn(tlsWords, word)) return named({ tls: tlsWords[word] });
  return refuse(
    'has another sslmode than disable, require, verify-ca and verify-full, the only ones that say what happens',
  );
}

function readFileString(text: string): ReadParts {
  const [matched, path = ''] = /^sqlite:(?:\/\/\/?)?([^?#]*)$/i.exec(text) ?? [];
  if (matched === undefined)
    return refuse('is not understood. It looks like sqlite:reports/sales.db, without parameters');
  return named({ file: decoded(path) });
}

/** `null` where it is not percent-encoded as a whole. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function named(parts: Partial<Record<PartName, string | undefined | null>>): ReadParts {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  if (given.some(([, value]) => value === null)) return refuse('has a % that is not percent-encoding. Write it as %25');
  return { ok: true, parts: Object.fromEntries(given) };
}

function refuse(what: string): ReadParts {
  return { ok: false, message: `${what}.` };
}
