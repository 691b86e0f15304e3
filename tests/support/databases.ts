import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, inject } from 'vitest';
import type { Config } from '../../server/src/config.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Engine, Storage } from '../../server/src/storage/storage.ts';
import { afterFile } from './after-file.ts';

/** In memory where there is room: a write that waits for a disk proves nothing more. */
const quickFolder = roomIn('/dev/shm') > 4 * 2 ** 30 ? '/dev/shm' : tmpdir();

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

/** In bytes. */
function roomIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function sqliteDatabases(): NewDatabases {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const empty = async (): Promise<DatabaseConfig> => {
    const dataDir = mkdtempSync(join(quickFolder, 'plugboard-sqlite-'));
    folders.push(dataDir);
    return { databaseUrl: undefined, dataDir };
  };
  return { engine: 'sqlite', empty, migrated: empty };
}

function postgresDatabases(): NewDatabases {
  const at = (url: string): DatabaseConfig => ({
    databaseUrl: new Secret(url),
    dataDir: join(tmpdir(), 'plugboard-unused'),
  });
  return {
    engine: 'postgres',
    empty: async () => at(await askAtDoor('empty')),
    async migrated() {
      const url = await askAtDoor('migrated');
      // Given back before what uses it is stopped, it would be thrown away.
      afterFile(async () => void (await askAtDoor(url)));
      return at(url);
    },
  };
}

/** The address of a new PostgreSQL database that nobody knows of: for tests that connect to one. */
export function newPostgres(): Promise<string> {
  return askAtDoor('empty');
}

/** The server is started by `postgres-setup.ts` when it is asked for the first time. */
function askAtDoor(wish: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(inject('databases'), () => socket.end(wish));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', reject);
    socket.on('end', () => (answer.startsWith('postgres://') ? resolve(answer) : reject(new Error(answer))));
  });
}
