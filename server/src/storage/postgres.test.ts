import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { describeOnDatabases } from '../../../tests/support/databases.ts';
import { loose } from '../../../tests/support/loose-database.ts';
import { Secret } from '../lib/secret.ts';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';

describeOnDatabases('a server', ({ engine, migrated }) => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function open(config?: Parameters<typeof openStorage>[0]): Promise<Storage> {
    const storage = await openStorage(config ?? (await migrated()));
    opened.push(storage);
    return storage;
  }

  it.skipIf(engine === 'sqlite')('is refused where it acknowledges before it has written (R5)', async () => {
    const config = await migrated();
    const storage = await open(config);
    const database = new URL(config.databaseUrl?.reveal() ?? '').pathname.slice(1);
    await sql`alter database ${sql.id(database)} set synchronous_commit = off`.execute(storage.writer);
    await expect(openStorage(config)).rejects.toThrow('PostgreSQL runs with synchronous_commit = off');
  });

  it.skipIf(engine === 'sqlite')(
    'keeps nothing of ours in a session, so that PgBouncer may share it out (R15)',
    async () => {
      const storage = await open();
      for (let at = 0; at < 20; at++)
        await loose(storage.rows).selectFrom('people').selectAll().where('id', '=', 'x').execute();
      await storage.transact((trx) => loose(trx.rows).deleteFrom('people').execute());
      const { rows } = await sql<{ prepared: number; locks: number }>`
      select (select count(*) from pg_prepared_statements) as prepared,
        (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) as locks`.execute(
        storage.rows,
      );
      expect(rows).toEqual([{ prepared: 0, locks: 0 }]);
    },
  );

  it.skipIf(engine === 'sqlite')('knows who we are', async () => {
    const { rows } = await sql<{ name: string }>`select current_setting('application_name') as name`.execute(
      (await open()).rows,
    );
    expect(rows).toEqual([{ name: 'plugboard' }]);
  });

  it.skipIf(engine === 'sqlite')(
    'that goes away fails what is asked, and is used again when it is back (R17)',
    async () => {
      const config = await migrated();
      const url = new URL(config.databaseUrl?.reveal() ?? '');
      const line = await openLine(Number(url.port));
      opened.push(line);
      url.port = String(line.port);
      const storage = await open({ ...config, databaseUrl: new Secret(url.href) });
      await storage.ping();
      line.cut();
      await expect(write(storage, 'lost')).rejects.toThrow();
      await expect.poll(() => answers(storage), { timeout: 5_000 }).toBe(false);
      line.mend();
      await expect.poll(() => answers(storage), { timeout: 10_000 }).toBe(true);
      await write(storage, 'kept');
      expect(
        await loose(storage.rows).selectFrom('instance').select('name').where('name', '!=', 'ping').execute(),
      ).toEqual([{ name: 'kept' }]);
    },
  );
});

async function write(storage: Storage, name: string): Promise<void> {
  await storage.transact((trx) => loose(trx.rows).insertInto('instance').values({ name, value: '' }).execute());
}

function answers(storage: Storage): Promise<boolean> {
  return storage.ping().then(
    () => true,
    () => false,
  );
}

interface Line {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A line to a port that can be cut. */
async function openLine(to: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let broken = false;
  const server: Server = createServer((near) => {
    if (broken) return near.destroy();
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    return void near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      broken = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
