import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../../../tests/support/databases.ts';
import { Secret } from '../lib/secret.ts';
import { openStorage } from './open-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'plugboard-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const openSqlite = (dataDir: string) => openStorage({ databaseUrl: undefined, dataDir });
const openPostgres = (url: string) => openStorage({ databaseUrl: new Secret(url), dataDir: folder });

describe('opening a data directory', () => {
  it('makes it and its database for their owner alone', async () => {
    const dataDir = join(folder, 'new', 'data');
    const storage = await openSqlite(dataDir);
    await storage.ping();
    const modes = ['', 'plugboard.db', 'plugboard.db-wal'].map((name) =>
      (statSync(join(dataDir, name)).mode & 0o777).toString(8),
    );
    await storage.close();
    expect(modes).toEqual(['700', '600', '600']);
  });

  it('says that it cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const dataDir = join(folder, 'file', 'data');
    await expect(openSqlite(dataDir)).rejects.toThrow(`The data directory ${dataDir} cannot be written`);
  });

  it('says that the file in it is no database, and lets go of it', async () => {
    const dataDir = mkdtempSync(join(folder, 'broken-'));
    writeFileSync(join(dataDir, 'plugboard.db'), 'This is not a database, whatever it is called. '.repeat(30));
    await expect(openSqlite(dataDir)).rejects.toThrow(
      `The database ${join(dataDir, 'plugboard.db')} cannot be opened: file is not a database`,
    );
    rmSync(join(dataDir, 'plugboard.db'));
    const storage = await openSqlite(dataDir);
    await storage.close();
  });

  it('refuses a second opener until the first has closed', async () => {
    const dataDir = mkdtempSync(join(folder, 'shared-'));
    const first = await openSqlite(dataDir);
    await expect(openSqlite(dataDir)).rejects.toThrow('in use by another Plugboard process');
    await expect(first.ping()).resolves.toBeUndefined();
    await first.close();
    await (await openSqlite(dataDir)).close();
  });

  it('can be closed twice', async () => {
    const storage = await openSqlite(mkdtempSync(join(folder, 'closed-')));
    await storage.close();
    await expect(storage.close()).resolves.toBeUndefined();
    await expect(storage.transact(async () => {})).rejects.toThrow();
  });
});

describe('opening PostgreSQL', () => {
  it('says that it does not answer, without the password', async () => {
    const error = await openPostgres('postgres://me:hush@127.0.0.1:1/db').catch((cause: unknown) => cause);
    expect(String(error)).toContain('PostgreSQL at DATABASE_URL does not answer (ECONNREFUSED)');
    expect(String(error)).not.toContain('hush');
  });

  it('says that the address is wrong, without the password anywhere in the error', async () => {
    for (const url of ['postgres://me:hush@:x', 'mysql://me:hush@h/db', 'hush']) {
      const error = await openPostgres(url).catch((cause: unknown) => cause);
      expect(String(error)).toContain('DATABASE_URL is not a PostgreSQL URL');
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hush');
    }
  });

  it('gives up on a server that never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(openPostgres(`postgres://me:hush@127.0.0.1:${port}/db`)).rejects.toThrow('does not answer');
    silent.close();
  });
});

describeOnDatabases('opening', ({ engine, migrated }) => {
  const changed = async (change: (url: URL) => void): Promise<string> => {
    const { databaseUrl } = await migrated();
    const url = new URL(databaseUrl?.reveal() ?? '');
    change(url);
    return url.href;
  };

  it.skipIf(engine === 'sqlite')('says that the password is wrong', async () => {
    const url = await changed((given) => (given.password = 'wrong'));
    await expect(openPostgres(url)).rejects.toThrow('PostgreSQL refused the user or the password in DATABASE_URL');
  });

  it.skipIf(engine === 'sqlite')('says that the database does not exist', async () => {
    const url = await changed((given) => (given.pathname = '/nowhere'));
    await expect(openPostgres(url)).rejects.toThrow('does not exist: create it first');
  });
});
