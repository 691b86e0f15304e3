import type { DatabaseConnection, Dialect, Driver } from 'kysely';
import { Kysely, PostgresAdapter, PostgresDialect, PostgresDriver, sql } from 'kysely';
import type { Pool } from 'pg';
import type { Secret } from '../lib/secret.ts';
import { DatabaseAway, isBrokenWay } from './fitness/why-unfit.ts';
import { pingOf } from './ping.ts';
import type { Tables } from './schema.ts';
import type { Connections } from './storage.ts';
import { refuseInsideTransaction } from './transaction-scope.ts';

/**
 * Opens a PostgreSQL database, directly or through PgBouncer in any mode: nothing is kept in a session.
 * Throws a sentence where it does not answer, does not let us in, or acknowledges what is not on disk.
 */
export async function openPostgres(url: Secret): Promise<Connections> {
  const pool = await openPool(parsed(url));
  const db = new Kysely<Tables>({ dialect: new LeasingDialect(pool) });
  try {
    await refuseEarlyAcknowledgement(db);
  } catch (error) {
    await db.destroy();
    throw inWords(error);
  }
  return { engine: 'postgres', writer: db, reader: db, ping: pingOf(db), close: () => db.destroy() };
}

const int8 = 20;
const numeric = 1700;

/** Checked here, because the error of the parser would hold the password. */
function parsed(url: Secret): Secret {
  const protocol = URL.canParse(url.reveal()) ? new URL(url.reveal()).protocol : undefined;
  if (protocol === 'postgres:' || protocol === 'postgresql:') return url;
  throw new Error('DATABASE_URL is not a PostgreSQL URL. It looks like postgres://user:password@host:5432/database.');
}

async function openPool(url: Secret): Promise<Pool> {
  const { Pool, types } = await import('pg');
  const pool = new Pool({
    connectionString: url.reveal(),
    application_name: 'plugboard',
    max: 10,
    connectionTimeoutMillis: 5_000,
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        return oid === int8 || oid === numeric ? Number : types.getTypeParser(oid, format);
      },
    },
  });
  // A connection that breaks is replaced, and who uses it gets the error from the query: nobody else needs it, and an error
  // that nobody listens for would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** R5: with `synchronous_commit = off` a commit is acknowledged before it is on disk. */
async function refuseEarlyAcknowledgement(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ setting: string }>`select current_setting('synchronous_commit') as setting`.execute(db);
  if (rows[0]?.setting !== 'off') return;
  throw new StartRefused(
    'PostgreSQL runs with synchronous_commit = off and may lose what it acknowledged. Switch it on for the database or the role of DATABASE_URL.',
  );
}

class StartRefused extends Error {}

const wrongUser: ReadonlySet<string> = new Set(['28000', '28P01']);
const noDatabase = '3D000';

function inWords(error: unknown): Error {
  if (error instanceof StartRefused) return error;
  const code = codeOf(error);
  if (wrongUser.has(code))
    return new Error('PostgreSQL refused the user or the password in DATABASE_URL.', { cause: error });
  if (code === noDatabase)
    return new Error('The database named in DATABASE_URL does not exist: create it first.', { cause: error });
  return new Error(`PostgreSQL at DATABASE_URL does not answer (${code}). Is it running, and is the address right?`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  if (error instanceof DatabaseAway) return codeOf(error.cause);
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}

class LeasingDialect extends PostgresDialect {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new LeasingDriver({ pool: this.#pool });
  }

  override createAdapter(): ReturnType<Dialect['createAdapter']> {
    return new LockedPostgresAdapter();
  }
}

/** R3 holds here too: a second connection inside a transaction waits for ever once the pool is used up. */
class LeasingDriver extends PostgresDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    refuseInsideTransaction();
    return super.acquireConnection().catch(inTerms);
  }
}

/** Where no connection could be had: an error that says so, whatever the driver's looks like. */
function inTerms(cause: unknown): never {
  throw isBrokenWay(cause) ? new DatabaseAway('The database does not answer.', { cause }) : cause;
}

/** `migrate.ts` takes a lock of its transaction; Kysely's own belongs to a session, which PgBouncer shares out. */
class LockedPostgresAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}
