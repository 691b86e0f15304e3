import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Driver } from 'kysely';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { pingOf } from './ping.ts';
import type { Tables } from './schema.ts';
import { CommitQueue } from './sqlite/commit-queue.ts';
import type { Lock } from './sqlite/lock.ts';
import { DatabaseInUse, lockDatabase } from './sqlite/lock.ts';
import { readingDriver } from './sqlite/reader.ts';
import { openStatements } from './sqlite/statements.ts';
import { writingDriver } from './sqlite/writer.ts';
import type { Connections } from './storage.ts';

/** Where the database of a data directory lies. */
export function sqliteFile(dataDir: string): string {
  return join(dataDir, 'plugboard.db');
}

/**
 * Opens the SQLite database of a data directory, making both where they are missing, readable by their owner alone.
 * Throws a sentence where the directory cannot be written or another process has the database open.
 */
export function openSqlite(dataDir: string): Connections {
  const file = sqliteFile(dataDir);
  const lock = inWords(`The data directory ${dataDir} cannot be written`, () => {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockDatabase(file);
  });
  try {
    const writing = inWords(`The database ${file} cannot be opened`, () => openWriter(file));
    const reading = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
    return connectionsOver(writing, reading, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Only tools that an operator points at the file can make us wait: other processes of ours are locked out. */
const busyTimeoutMs = 2_000;

function inWords<T>(sentence: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DatabaseInUse || !(error instanceof Error)) throw error;
    throw new Error(`${sentence}: ${error.message}. Check PLUGBOARD_DATA_DIR, its owner and the space left.`, {
      cause: error,
    });
  }
}

/**
 * A transaction is acknowledged after its fsync: in WAL mode `synchronous=FULL` is what promises that (R5).
 * The file is made by hand, for its mode, but never opened by hand once SQLite has it: closing it would drop SQLite's locks
 * (sqlite.org/howtocorrupt.html §2.2).
 */
function openWriter(file: string): DatabaseSync {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal') throw new Error('its file system does not let SQLite share memory (WAL), as a network drive');
  database.exec('PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
  return database;
}

function connectionsOver(writing: DatabaseSync, reading: DatabaseSync, lock: Lock): Connections {
  const writer = kyselyOver(writingDriver(openStatements(writing), new CommitQueue(writing)));
  const reader = kyselyOver(readingDriver(openStatements(reading)));
  return {
    engine: 'sqlite',
    writer,
    reader,
    ping: pingOf(writer),
    async close() {
      await writer.destroy();
      await reader.destroy();
      if (reading.isOpen) reading.close();
      if (writing.isOpen) writing.close();
      lock.release();
    },
  };
}

/** Kysely's query builder over one of our drivers. */
export function kyselyOver(driver: Driver): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new SharedSqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    },
  });
}

/** Turns are taken in our commit queue, so Kysely need not hand out the connection to one at a time. */
class SharedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
