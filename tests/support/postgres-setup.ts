import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { loadPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { describePristine, makePristine, type Pristine } from './used-databases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for a PostgreSQL database: write `empty` or `migrated`, read its URL; or write the URL of one to give it back. */
    databases: string;
  }
}

interface RunningPostgres {
  readonly server: InstanceType<PostgresBinaries['EmbeddedPostgres']>;
  readonly copy: string | undefined;
  readonly pristine: Pristine;
  /** Migrated ones that were used, and are as if they had not been. */
  readonly free: string[];
  urlOf(database: string): string;
}

const template = 'migrated_template';

/** What looks after databases for long, or has them survive a crash, is left out. */
const settings = [
  'max_connections=300',
  'shared_buffers=64MB',
  'fsync=off',
  'full_page_writes=off',
  'autovacuum=off',
  'jit=off',
];

/** One PostgreSQL server for the whole run, started when the first test asks for a database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-databases-'));
  let running: Promise<RunningPostgres> | undefined;
  const door = createServer({ allowHalfOpen: true }, (socket) => {
    socket.setEncoding('utf8');
    socket.once('data', (wish) => {
      running ??= startPostgres();
      running
        .then((postgres) => serve(postgres, String(wish)))
        .then(
          (url) => socket.end(url),
          (error: unknown) => socket.end(`error: ${String(error)}`),
        );
    });
  });
  const socketPath = join(folder, 'door');
  await new Promise<void>((resolve) => void door.listen(socketPath, resolve));
  project.provide('databases', socketPath);
  return async () => {
    await close(door);
    const postgres = await running?.catch(() => undefined);
    await postgres?.server.stop();
    if (postgres?.copy !== undefined) rmSync(postgres.copy, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A PostgreSQL server of one's own, for programs that are no test. */
export async function startPostgresServer(): Promise<{
  /** The URL of a new database. */
  newDatabase(wish: 'empty' | 'migrated'): Promise<string>;
  stop(): Promise<void>;
}> {
  const running = await startPostgres();
  return {
    newDatabase: (wish) => newDatabase(running, wish),
    async stop() {
      await running.server.stop();
      if (running.copy !== undefined) rmSync(running.copy, { recursive: true, force: true });
    },
  };
}

async function startPostgres(): Promise<RunningPostgres> {
  const { EmbeddedPostgres, copy } = await loadPostgres();
  const port = await freePort();
  const server = new EmbeddedPostgres({
    // Beside the temporary folders, not in one: those are closed to the user that PostgreSQL runs as.
    databaseDir: join(tmpdir(), `plugboard-postgres-${randomBytes(6).toString('hex')}`),
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const urlOf = (database: string): string => `postgres://postgres:password@127.0.0.1:${port}/${database}`;
  await server.createDatabase(template);
  const storage = await openStorage({ databaseUrl: new Secret(urlOf(template)), dataDir: '' });
  await storage.close();
  const pristine = await within(urlOf(template), describePristine);
  return { server, copy, pristine, free: [], urlOf };
}

/** Making a database costs a hundred times what emptying one does: who asks for a migrated one may get one that was given back. */
async function serve(postgres: RunningPostgres, wish: string): Promise<string> {
  if (wish === 'migrated') return postgres.free.pop() ?? newDatabase(postgres, wish);
  if (wish === 'empty') return newDatabase(postgres, wish);
  if (await within(wish, (client) => makePristine(client, postgres.pristine))) postgres.free.push(wish);
  return wish;
}

async function within<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function newDatabase(
  { server, urlOf }: Pick<RunningPostgres, 'server' | 'urlOf'>,
  wish: string,
): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = server.getPgClient();
  await client.connect();
  await client.query(wish === 'migrated' ? `create database ${name} template ${template}` : `create database ${name}`);
  await client.end();
  return urlOf(name);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = probe.address();
  await close(probe);
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
