import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../config.ts';
import { openPostgres } from '../postgres.ts';
import type { Tables } from '../schema.ts';
import { kyselyOver, sqliteFile } from '../sqlite.ts';
import { readingDriver } from '../sqlite/reader.ts';
import { openStatements } from '../sqlite/statements.ts';
import type { Engine } from '../storage.ts';

/** One moment of a database, while others go on writing. */
export interface Snapshot {
  readonly engine: Engine;
  readonly db: Kysely<Tables>;
}

/**
 * Reads the configured database as it is at one moment, from whatever process, and hinders nobody: SQLite in WAL mode and
 * PostgreSQL (repeatable read) both let others write meanwhile. Throws a sentence where there is none.
 */
export function withSnapshot<T>(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  return databaseUrl === undefined ? fromSqlite(sqliteFile(dataDir), work) : fromPostgres(databaseUrl, work);
}

/** The same of one SQLite file. */
export async function fromSqlite<T>(file: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  if (!existsSync(file)) throw new Error(`There is no database at ${file}. Check PLUGBOARD_DATA_DIR.`);
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    database.exec('BEGIN');
    const db = kyselyOver(readingDriver(openStatements(database)));
    // The moment is the one of the first read.
    await sql`select count(*) from sqlite_schema`.execute(db);
    return await work({ engine: 'sqlite', db });
  } finally {
    database.close();
  }
}

async function fromPostgres<T>(
  url: NonNullable<Config['databaseUrl']>,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { writer, close } = await openPostgres(url);
  const reading = writer.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return reading.execute((db) => work({ engine: 'postgres', db })).finally(close);
}
