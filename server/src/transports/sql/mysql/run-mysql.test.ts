import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mischief, startTcpProxy } from '../../../../../tests/emulators/tcp-proxy.ts';
import { hasMariadb, type Mariadb, startMariadb } from '../../../../../tests/support/mariadb.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { rowsOf, sqlAt } from '../../../../../tests/support/sql-call.ts';
import type { ServerPlace } from '../../../catalog/databases/database-place.ts';
import { describeTransport, type Scene, type Situation, suiteSecret } from '../../describe-transport.ts';

const password = 'p@ss:/w#rd% of a reader';
const placeAt = (port: number): ServerPlace => ({
  engine: 'mysql',
  host: '127.0.0.1',
  port,
  database: 'shop',
  tls: 'disable',
  ca: undefined,
});

describe.skipIf(!hasMariadb)('MariaDB (skipped where mariadb-server is not installed)', () => {
  const egress = openEgress();
  let mariadb: Mariadb;
  let run: ReturnType<typeof sqlAt>;

  beforeAll(async () => {
    mariadb = await startMariadb();
    await mariadb.run(
      'create database shop',
      `create user app@'%' identified by '${password}'`,
      "grant all on shop.* to app@'%'",
      `create user suite@'%' identified by '${suiteSecret}'`,
      "grant all on shop.* to suite@'%'",
      `create user full@'%' identified by '${suiteSecret}' with max_connections_per_hour 1`,
      'create table shop.suite_mark (id int auto_increment primary key)',
    );
    run = sqlAt(placeAt(mariadb.port), { user: 'app', password, egress });
  });
  afterAll(async () => {
    await mariadb.stop();
    await egress.close();
  });

  describeTransport('MySQL', async (): Promise<Scene> => {
    const proxy = await startTcpProxy({ port: mariadb.port, mark: 'suite_mark', answersBefore: 1 });
    const call = sqlAt(placeAt(proxy.port), { user: 'suite', password: suiteSecret, egress });
    await call('select 1', { user: 'full' });
    const statements = { read: 'select count(*) from suite_mark', write: 'insert into suite_mark values ()' };
    const special: Partial<Record<Situation, string>> = {
      refused: 'insert into no_such_table values (1)',
      huge: "select repeat('x', 15000000), repeat('x', 15000000), repeat('x', 15000000)",
      echo: `select '${suiteSecret}' as suite_secret`,
    };
    const mischief: Partial<Record<Situation, Mischief>> = { hang: 'swallow', broken: 'break' };
    return {
      retryAfter: 5,
      call: ({ situation, ...more }) => {
        const how = mischief[situation];
        if (how !== undefined) proxy.next(how);
        return call(special[situation] ?? statements[more.effect], {
          ...more,
          ...(situation === 'rate_limit' ? { user: 'full' } : {}),
          ...(situation === 'bad_credentials' ? { password: 'unknown-password-012345' } : {}),
        });
      },
      writes: () => proxy.seen('insert into suite_mark'),
      stop: () => proxy.stop(),
    };
  });

  describe('a value', () => {
    it.each([
      ['null, true, cast(7 as int), 1.5e0, 9007199254740993, -5', [null, 1, 7, 1.5, '9007199254740993', -5]],
      ['1.10, cast(1 as decimal(30,2)), 12345678901234567890', ['1.10', '1.00', '12345678901234567890']],
      [
        "date '2026-01-02', timestamp '2026-01-02 03:04:05', timestamp '2026-01-02 03:04:05.6', time '03:04:05'",
        ['2026-01-02', '2026-01-02T03:04:05', '2026-01-02T03:04:05.6', '03:04:05'],
      ],
      ["x'00ff', 'a', cast('b' as binary), b'101'", ['AP8=', 'a', 'Yg==', 'BQ==']],
    ])('is honest JSON: %s', async (expressions, values) => {
      const [row] = [rowsOf(await run(`select ${expressions}`))].flat();
      expect(Object.values(Object(row))).toEqual(values);
    });

    it('of a column is, too', async () => {
      await mariadb.run(
        "create table shop.kinds (tiny tinyint(1), big bigint unsigned, flags bit(3), doc json, color enum('red', 'blue'), at datetime(3), day date, year year, place point, id uuid)",
        `insert into shop.kinds values (1, 18446744073709551615, b'101', '{"a": [1, "4111111111111111"]}', 'red', '2026-01-02 03:04:05.678', '0000-00-00', 2026, point(1, 2), '123e4567-e89b-12d3-a456-426655440000')`,
      );
      expect(rowsOf(await run('select * from kinds'))).toEqual([
        {
          tiny: 1,
          big: '18446744073709551615',
          flags: '5',
          doc: { a: [1, '4111111111111111'] },
          color: 'red',
          at: '2026-01-02T03:04:05.678',
          day: '0000-00-00',
          year: 2026,
          place: { x: 1, y: 2 },
          id: '123e4567-e89b-12d3-a456-426655440000',
        },
      ]);
    });

    it('is bound, whatever it holds', async () => {
      const params = ["'; drop table x; --", 7, 1.5, true, null, { a: 1 }];
      const [row] = [rowsOf(await run('select ?, ?, ?, ?, ?, ?', { params }))].flat();
      expect(Object.values(Object(row))).toEqual(["'; drop table x; --", '7', 1.5, 1, null, '{"a":1}']);
      expect(rowsOf(await run('select 1 as a union select 2 limit ?', { params: [1] }))).toEqual([{ a: 1 }]);
    });

    it('is missing or too much: the statement is turned down', async () => {
      for (const params of [[], [1, 2]])
        expect(await run('select ?', { params })).toMatchObject({ status: 'rejected', reason: 'input' });
    });
  });

  describe('the rows', () => {
    it('keep columns of one name apart', async () => {
      const outcome = await run('select 1 as id, 2 as id, 3 as `__proto__`');
      expect(outcome).toMatchObject({ output: { columns: ['id', 'id_2', '__proto__'] } });
      expect(JSON.stringify(rowsOf(outcome))).toBe('[{"id":1,"id_2":2,"__proto__":3}]');
    });

    it.each([
      [10, 10, false],
      [10, 9, true],
      [1_000_000, 1_000, true],
    ])('of %i are cut at %i: %s', async (count, maxRows, truncated) => {
      const outcome = await run(`select seq from seq_1_to_${count}`, { maxRows });
      expect(outcome).toMatchObject({ output: { columns: ['seq'], row_count: Math.min(count, maxRows), truncated } });
    });

    it('of no result are none', async () => {
      expect(await run('select 1 as a from dual where false')).toMatchObject({ output: { columns: ['a'], rows: [] } });
    });
  });

  describe('a write', () => {
    const write = (text: string, params: readonly string[] = []) => run(text, { params, effect: 'write' });

    it('tells how many rows it changed, and the id of the first it made', async () => {
      await mariadb.run('create table shop.pets (id int auto_increment primary key, name varchar(20) unique)');
      expect(await write('insert into pets (name) values (?), (?)', ['a', 'b'])).toEqual({
        status: 'ok',
        output: { affected_rows: 2, last_insert_id: '1' },
      });
      expect(await write("update pets set name = 'a' where id = 1")).toMatchObject({ output: { affected_rows: 0 } });
      expect(await write('delete from pets where id = 2 returning name')).toMatchObject({
        output: { rows: [{ name: 'b' }] },
      });
    });

    it('that fails is told in the words of the database', async () => {
      expect(await write("insert into pets (name) values ('a')")).toMatchObject({
        status: 'rejected',
        reason: 'input',
        message: expect.stringContaining('Duplicate entry'),
      });
    });

    it('that the user may not do is a matter of rights', async () => {
      expect(await write('create database other')).toMatchObject({ status: 'rejected', reason: 'scope' });
      expect(await run('select * from mysql.user')).toMatchObject({ status: 'rejected', reason: 'scope' });
    });

    it('of a procedure answers with its first rows', async () => {
      await mariadb.run('create procedure shop.two() begin select 1 as a; select 2 as b; end');
      expect(await write('call two()')).toMatchObject({ status: 'ok', output: { columns: ['a'], rows: [{ a: 1 }] } });
    });
  });

  describe('a caller who leaves', () => {
    const running = () =>
      mariadb.run("select id from information_schema.processlist where info like '%sleep(77)%' and user = 'app'");

    it.each(['read', 'write'] as const)('ends the %s on the server', async (effect) => {
      const leaving = new AbortController();
      const outcome = run('select sleep(77)', { effect, signal: leaving.signal });
      await expect.poll(running).toHaveLength(1);
      leaving.abort();
      expect((await outcome).status).toBe(effect === 'read' ? 'unavailable' : 'outcome_unknown');
      await expect.poll(running).toHaveLength(0);
    });

    it('is not needed where the server has a limit of its own', async () => {
      const outcome = await run('select sleep(77) from seq_1_to_5', { timeoutMs: 3_000 });
      expect(outcome).toMatchObject({
        status: 'unavailable',
        message: expect.stringContaining('gave the statement up'),
      });
    });

    it('leaves no connection behind', async () => {
      await expect
        .poll(() => mariadb.run("select id from information_schema.processlist where user in ('app', 'suite')"))
        .toHaveLength(0);
    });
  });

  it.each([
    ['has no such database', { place: { database: 'no_such' } }, { status: 'rejected' }],
    ['has no such user', { user: 'no_such_user' }, { status: 'rejected', reason: 'auth' }],
    [
      'speaks no TLS',
      { place: { tls: 'require' } },
      { status: 'unavailable', message: expect.stringContaining('disable') },
    ],
    ['is named by its address alone', { place: { tls: 'verify-full' } }, { status: 'rejected', reason: 'input' }],
    ['is not there', { place: { port: 9 } }, { status: 'unavailable' }],
    ['is another address', { place: { host: '169.254.169.254' } }, { status: 'rejected', reason: 'input' }],
  ] as const)('cannot be used because it %s', async (_, more, expected) => {
    expect(await run('select 1', more)).toMatchObject(expected);
    expect((await run('create table x (id int)', { ...more, effect: 'write' })).status).toBe(expected.status);
  });
});
