import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mischief, startTcpProxy } from '../../../../../tests/emulators/tcp-proxy.ts';
import { newPostgres } from '../../../../../tests/support/databases.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { type Target, targetAt } from '../../../../../tests/support/postgres-target.ts';
import { rowsOf, sqlAt } from '../../../../../tests/support/sql-call.ts';
import { describeTransport, type Scene, type Situation, suiteSecret } from '../../describe-transport.ts';

const egress = openEgress();
let target: Target;
let run: ReturnType<typeof sqlAt>;

beforeAll(async () => {
  target = await targetAt(await newPostgres());
  run = sqlAt(target.place, { ...target, egress });
});
afterAll(async () => {
  await target.stop();
  await egress.close();
});

describeTransport('PostgreSQL', async (): Promise<Scene> => {
  const own = await targetAt(await newPostgres(), suiteSecret);
  await own.asOwner('create table suite_mark (id serial)', `alter role ${own.full} connection limit 0`);
  const proxy = await startTcpProxy({ port: own.place.port, mark: 'suite_mark', answersBefore: 0 });
  const call = sqlAt({ ...own.place, port: proxy.port }, { ...own, egress });
  const statements = { read: 'select count(*) from suite_mark', write: 'insert into suite_mark default values' };
  const special: Partial<Record<Situation, string>> = {
    refused: 'insert into no_such_table values (1)',
    huge: "select repeat('x', 40000000)",
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
        ...(situation === 'rate_limit' ? { user: own.full } : {}),
        ...(situation === 'bad_credentials' ? { password: 'unknown-password-012345' } : {}),
      });
    },
    writes: () => proxy.seen('insert into suite_mark'),
    stop: async () => {
      await proxy.stop();
      await own.stop();
    },
  };
});

describe('a value of PostgreSQL', () => {
  it.each([
    ["null::int, true, 7::int2, 8::int4, 1.5::float8, 'NaN'::float8", [null, true, 7, 8, 1.5, 'NaN']],
    ['9007199254740993::int8, 1.10::numeric, 12.50::money is null', ['9007199254740993', '1.10', false]],
    [
      "date '2026-01-02', timestamp '2026-01-02 03:04:05.6', time '03:04'",
      ['2026-01-02', '2026-01-02T03:04:05.6', '03:04:00'],
    ],
    [
      "timestamptz '2026-01-02 03:04:05+00' at time zone 'UTC', 'infinity'::timestamptz",
      ['2026-01-02T03:04:05', 'infinity'],
    ],
    ["interval '1 day 2 hours', '\\x00ff'::bytea, 'a'::text, 'b'::\"char\"", ['P1DT2H', 'AP8=', 'a', 'b']],
    [`'{"a": [1, null]}'::jsonb, '[12345678901234567890]'::json`, [{ a: [1, null] }, '[12345678901234567890]']],
    [`'{"card": "4111111111111111"}'::jsonb, 'null'::jsonb`, [{ card: '4111111111111111' }, null]],
    [
      "array[1,2], array['a,b','\"',null], array[[1],[2]], array[9007199254740993]",
      [[1, 2], ['a,b', '"', null], [[1], [2]], ['9007199254740993']],
    ],
    [
      "'[0:1]={1,2}'::int[], array['\\x00'::bytea], int4range(1,3), '10.0.0.1'::inet",
      [[1, 2], ['AA=='], '[1,3)', '10.0.0.1'],
    ],
  ])('is honest JSON: %s', async (expressions, values) => {
    const [row] = [rowsOf(await run(`select ${expressions}`))].flat();
    expect(Object.values(Object(row))).toEqual(values);
  });

  it('says its offset where its type has one', async () => {
    const rows = rowsOf(await run("select timestamptz '2026-01-02 03:04:05+05:30' as at"));
    expect(JSON.stringify(rows)).toMatch(/2026-01-0\dT\d\d:\d\d:05[+-]\d\d:\d\d"/);
  });

  it('is bound, whatever it holds', async () => {
    const params = ["'; drop table x; --", 7, 1.5, true, null, ['a', 'b'], { a: 1 }];
    const statement = 'select $1::text, $2::int, $3::float8, $4::bool, $5::text, $6::text[], $7::jsonb';
    const [row] = [rowsOf(await run(statement, { params }))].flat();
    expect(Object.values(Object(row))).toEqual(params);
  });

  it('is missing or too much: the statement is turned down', async () => {
    for (const params of [[], [1, 2]])
      expect(await run('select $1::int', { params })).toMatchObject({ status: 'rejected', reason: 'input' });
  });
});

describe('the rows of PostgreSQL', () => {
  it('keep columns of one name apart, and have names that objects have, too', async () => {
    const outcome = await run('select 1 as id, 2 as id, 3 as "__proto__", 4 as id_2, 5 as "constructor"');
    expect(outcome).toMatchObject({
      output: { columns: ['id', 'id_3', '__proto__', 'id_2', 'constructor'], row_count: 1, truncated: false },
    });
    expect(JSON.stringify(rowsOf(outcome))).toBe('[{"id":1,"id_3":2,"__proto__":3,"id_2":4,"constructor":5}]');
  });

  it.each([
    [10, 10, false],
    [10, 9, true],
    [0, 1, false],
    [2_000_000, 1_000, true],
  ])('of %i are cut at %i: %s', async (count, maxRows, truncated) => {
    const outcome = await run('select n from generate_series(1, $1) n', { params: [count], maxRows });
    expect(outcome).toMatchObject({
      status: 'ok',
      output: { columns: ['n'], row_count: Math.min(count, maxRows), truncated },
    });
    expect(JSON.stringify(outcome).includes('Narrow the statement')).toBe(truncated);
  });

  it('are cut at a mebibyte together, and alone', async () => {
    const many = await run("select repeat('x', 100000) as x from generate_series(1, 20)");
    expect(many).toMatchObject({ output: { row_count: 10, truncated: true, note: expect.stringContaining('1 MiB') } });
    const one = await run("select repeat('x', 2000000) as x");
    expect(one).toMatchObject({
      output: { row_count: 0, truncated: true, note: expect.stringContaining('first row') },
    });
  });

  it('are turned down where the server sends far more than anybody is shown', async () => {
    expect(await run("select repeat('x', 7000000)")).toMatchObject({ output: { truncated: true } });
    expect(await run("select repeat('x', 30000000)")).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('8 MiB'),
    });
  });

  it('of nothing are none', async () => {
    expect(await run('select')).toMatchObject({ output: { columns: [], rows: [{}], row_count: 1 } });
    expect(await run('select 1 as a where false')).toMatchObject({
      output: { columns: ['a'], rows: [], row_count: 0 },
    });
  });
});

describe('a write to PostgreSQL', () => {
  beforeAll(() => target.asOwner('create table pets (id serial, name text unique)'));
  const write = (statement: string, params: readonly string[] = []) => run(statement, { params, effect: 'write' });

  it('tells how many rows it changed, and the rows that it returns', async () => {
    expect(await write("insert into pets (name) values ($1), ('b')", ['a'])).toEqual({
      status: 'ok',
      output: { affected_rows: 2 },
    });
    expect(await write('update pets set name = name || $1 returning name', ['!'])).toMatchObject({
      output: { affected_rows: 2, rows: [{ name: 'a!' }, { name: 'b!' }], row_count: 2, truncated: false },
    });
  });

  it('comes to its end however many rows it returns', async () => {
    const outcome = await run("insert into pets (name) select 'n' || n from generate_series(1, 5000) n returning id", {
      effect: 'write',
      maxRows: 10,
    });
    expect(outcome).toMatchObject({ output: { affected_rows: 5000, row_count: 10, truncated: true } });
    expect(rowsOf(await run("select count(*) as n from pets where name like 'n%'"))).toEqual([{ n: '5000' }]);
  });

  it('that fails is told in the words of the database, and has changed nothing', async () => {
    expect(await write("insert into pets (name) values ('c'), ('a!')")).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('duplicate key'),
    });
    expect(rowsOf(await run("select count(*) as n from pets where name = 'c'"))).toEqual([{ n: '0' }]);
  });

  it('that the user may not do is a matter of rights, not of the password', async () => {
    await target.asOwner('create table secrets (id int)', `revoke all on secrets from ${target.user}`);
    expect(await write('insert into secrets values (1)')).toMatchObject({ status: 'rejected', reason: 'scope' });
  });

  it('that nobody may do is told as such', async () => {
    await target.asOwner(
      `alter role ${target.full} set default_transaction_read_only = on`,
      `grant all on pets to ${target.full}`,
    );
    const outcome = await run('delete from pets', { effect: 'write', user: target.full });
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('may not be written'),
    });
  });

  it('that the database itself gives up has not happened', async () => {
    const outcome = await run("insert into pets (name) select 'slow' from pg_sleep(60)", {
      effect: 'write',
      timeoutMs: 3000,
    });
    expect(outcome).toMatchObject({
      status: 'unavailable',
      message: expect.stringContaining('Nothing of it was kept'),
    });
  });
});

it('a read that takes too long is given up by the database itself', async () => {
  const outcome = await run('select pg_sleep(60)', { timeoutMs: 3_000 });
  expect(outcome).toMatchObject({ status: 'unavailable', message: expect.stringContaining('gave the statement up') });
});

describe('a caller who leaves', () => {
  const running = async () =>
    rowsOf(
      await run(
        "select count(*) as n from pg_stat_activity where query like '%pg_sleep(77)%' and state = 'active' and pid <> pg_backend_pid()",
      ),
    );

  it.each(['read', 'write'] as const)('ends the %s on the server', async (effect) => {
    const leaving = new AbortController();
    const outcome = run('select pg_sleep(77)', { effect, signal: leaving.signal });
    await expect.poll(running).toEqual([{ n: '1' }]);
    leaving.abort();
    expect((await outcome).status).toBe(effect === 'read' ? 'unavailable' : 'outcome_unknown');
    await expect.poll(running).toEqual([{ n: '0' }]);
  });

  it('leaves no connection behind', async () => {
    await expect
      .poll(async () =>
        rowsOf(
          await run(
            "select count(*) as n from pg_stat_activity where application_name = 'plugboard' and datname = current_database()",
          ),
        ),
      )
      .toEqual([{ n: '1' }]);
  });
});

describe('a PostgreSQL that cannot be used', () => {
  it.each([
    ['has no such database', { place: { database: 'no_such_database' } }, { status: 'rejected', reason: 'input' }],
    ['has no such user', { user: 'no_such_user' }, { status: 'rejected', reason: 'auth' }],
    ['is none', { place: { host: 'nobody.invalid' } }, { status: 'unavailable' }],
    ['is not there', { place: { port: 9 } }, { status: 'unavailable' }],
    ['is another address', { place: { host: '169.254.169.254' } }, { status: 'rejected', reason: 'input' }],
  ] as const)('because it %s', async (_, more, expected) => {
    expect(await run('select 1', more)).toMatchObject(expected);
    expect((await run('create table x ()', { ...more, effect: 'write' })).status).toBe(expected.status);
  });

  it('is never told the password of the environment', async () => {
    process.env['PGPASSWORD'] = target.password;
    expect(await run('select 1', { password: '' })).toMatchObject({ status: 'rejected', reason: 'auth' });
    delete process.env['PGPASSWORD'];
  });
});
