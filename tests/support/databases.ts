import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, inject } from 'vitest';
import type { Config } from '../../server/src/config.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Engine, Storage } from '../../server/src/storage/storage.ts';

/** What `openStorage` needs to open a database, as often as a test likes. */
export type DatabaseConfig = Pick<Config, 'databaseUrl' | 'dataDir'>;

/** Runs a block on SQLite and on PostgreSQL. Every `open()` is a database of its own, migrated, closed after the block. */
export function describeOnEngines(name: string, block: (open: () => Promise<Storage>) => void): void {
  describeOnDatabases(name, ({ migrated }) => {
    const opened: Storage[] = [];
    afterAll(async () => {
      await Promise.all(opened.map((storage) => storage.close()));
    });
    block(async () => {
      const storage = await openStorage(await migrated());
      opened.push(storage);
      return storage;
    });
  });
}

export interface NewDatabases {
  readonly engine: Engine;
  /** A new database without a table. */
  empty(): Promise<DatabaseConfig>;
  /** A new database with the schema of today, or one that gets it when it is opened. */
  migrated(): Promise<DatabaseConfig>;
}

/** Runs a block on SQLite and on PostgreSQL, which opens and closes its databases itself. */
export function describeOnDatabases(name: string, block: (databases: NewDatabases) => void): void {
  describe(`${name} (SQLite)`, () => block(sqliteDatabases()));
  describe(`${name} (PostgreSQL)`, () => block(postgresDatabases()));
}

/** Databases of one engine, inside a block. */
export function newDatabases(engine: Engine): NewDatabases {
  return engine === 'sqlite' ? sqliteDatabases() : postgresDatabases();
}

function sqliteDatabases(): NewDatabases {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const empty = async (): Promise<DatabaseConfig> => {
    const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-sqlite-'));
    folders.push(dataDir);
    return { databaseUrl: undefined, dataDir };
  };
  return { engine: 'sqlite', empty, migrated: empty };
}

function postgresDatabases(): NewDatabases {
  const ask = async (wish: 'empty' | 'migrated'): Promise<DatabaseConfig> => ({
    databaseUrl: new Secret(await askForDatabase(wish)),
    dataDir: join(tmpdir(), 'plugboard-unused'),
  });
  return { engine: 'postgres', empty: () => ask('empty'), migrated: () => ask('migrated') };
}

/** The address of a new PostgreSQL database that nobody knows of: for tests that connect to one. */
export function newPostgres(): Promise<string> {
  return askForDatabase('empty');
}

/** The server is started by `postgres-setup.ts` when it is asked for the first time. */
function askForDatabase(wish: 'empty' | 'migrated'): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(inject('databases'), () => socket.end(wish));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', reject);
    socket.on('end', () => (answer.startsWith('postgres://') ? resolve(answer) : reject(new Error(answer))));
  });
}
