import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { connectDatabase, type DatabasePlugboard } from '../support/database-plugboard.ts';
import { describeOnDatabases, newPostgres } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Target, targetAt } from '../support/postgres-target.ts';

describeOnDatabases('S1: the password of a database', ({ migrated }) => {
  let target: Target;
  let database: DatabasePlugboard;
  let evil: Server;
  const dialled: number[] = [];

  beforeAll(async () => {
    target = await targetAt(await newPostgres());
    await target.asOwner('create table pets (id int)');
    const { host, port, database: name } = target.place;
    const fields = { host, port, database: name, user: target.user, password: target.password, sslmode: 'disable' };
    database = await connectDatabase(await migrated(), ['postgres', fields]);
    evil = createServer((socket) => {
      dialled.push(1);
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(evil, 'listening');
  });
  afterAll(async () => {
    await target.stop();
    evil.close();
  });

  const evilPort = () => {
    const address = evil.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const retarget = async (change: object) => {
    const rows = loose(database.plugboard.app.storage.writer);
    const { config } = await rows
      .selectFrom('connections')
      .select('config')
      .where('id', '=', database.connection)
      .executeTakeFirstOrThrow();
    const before: object = JSON.parse(String(config));
    const set = (value: object) =>
      rows
        .updateTable('connections')
        .set({ config: JSON.stringify(value) })
        .where('id', '=', database.connection)
        .execute();
    await set({ ...before, ...change });
    return () => set(before);
  };

  it.each([
    ['another port', () => ({ port: evilPort() })],
    ['another host', () => ({ host: 'evil.example' })],
    ['the same host under another name', () => ({ host: 'localhost' })],
  ])('goes nowhere once the database says %s, neither in a call nor in a check', async (_, change) => {
    covers('databases/moved-host');
    const restore = await retarget(change());
    const { agent: key, connection, plugboard } = database;
    const other = await plugboard.mint();
    expect(key).not.toBe(other);
    for (const tool of ['query', 'list_tables']) {
      const args = tool === 'query' ? { sql: 'select 1' } : {};
      const { body } = await plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
        key: other,
        body: { arguments: args },
      });
      expect(body).toMatchObject({ status: 'rejected', reason: 'auth' });
    }
    await restore();
    expect(dialled).toEqual([]);
  });

  it('is dropped with a new address that comes without it', async () => {
    const body = { fields: { host: '127.0.0.1', port: evilPort(), user: target.user, sslmode: 'disable' } };
    const answer = await database.plugboard.call(`POST /api/v1/connections/${database.connection}/credentials`, {
      body,
    });
    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain(target.password);
    expect((await database.call('query', { sql: 'select 1 as one' })).body).toMatchObject({ status: 'ok' });
  });

  it('voids what was approved for the old address', async () => {
    const asked = await database.call('execute', { sql: 'insert into pets values (1)' });
    const restore = await retarget({ port: evilPort() });
    const before = dialled.length;
    const decided = await database.plugboard.call(
      `POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`,
      { body: {} },
    );
    expect(decided.body).toMatchObject({ status: 'voided' });
    await restore();
    expect(dialled.length).toBe(before);
    expect(await target.asOwner('select * from pets')).toEqual([]);
  });
});
