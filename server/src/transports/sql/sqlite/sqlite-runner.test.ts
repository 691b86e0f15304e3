import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { rowsOf } from '../../../../../tests/support/sql-call.ts';
import { makeSqlite, sqliteFolders, sqliteProgram } from '../../../../../tests/support/sqlite-target.ts';
import type { Outcome } from '../../outcome.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { runSql, type SqlCall } from '../../sql.ts';
import { createSqliteRunner } from './sqlite-runner.ts';

const folders = sqliteFolders();
const sqlite = createSqliteRunner({ ...folders, program: sqliteProgram });
const egress = openEgress();
afterAll(async () => {
  sqlite.close();
  await egress.close();
});

beforeAll(() =>
  makeSqlite(
    join(folders.filesDir, 'shops/pets.db'),
    'create table pets (id integer primary key, name text unique)',
    "insert into pets (name) values ('a'), ('b')",
  ),
);

const run = (statement: string, more: Partial<SqlCall> = {}): Promise<Outcome> =>
  runSql({
    place: { engine: 'sqlite', file: 'shops/pets.db' },
    login: undefined,
    statement,
    params: [],
    effect: 'read',
    egress,
    sqlite,
    redactor: createRedactor([]),
    signal: new AbortController().signal,
    ...more,
  });
const write = (statement: string, more: Partial<SqlCall> = {}) => run(statement, { effect: 'write', ...more });

const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n';

describe('an SQLite file', () => {
  it('is read, with what is bound', async () => {
    const params = ["'; drop table pets; --", 7, 1.5, true, null, ['a'], { a: 1 }];
    const [row] = [rowsOf(await run('select ?, ?, ?, ?, ?, ?, ?', { params }))].flat();
    expect(Object.values(Object(row))).toEqual(["'; drop table pets; --", 7, 1.5, 1, null, '["a"]', '{"a":1}']);
    expect(rowsOf(await run('select name from pets limit ?', { params: [1] }))).toEqual([{ name: 'a' }]);
  });

  it('gives honest JSON', async () => {
    const outcome = await run(
      "select 9007199254740993 as big, 7 as small, 1e999 as much, x'00ff' as bytes, null as none, 1 as none",
    );
    expect(rowsOf(outcome)).toEqual([
      { big: '9007199254740993', small: 7, much: 'Infinity', bytes: 'AP8=', none: null, none_2: 1 },
    ]);
  });

  it.each([
    [10, 10, false],
    [10, 9, true],
    [0, 1, false],
  ])('of %i rows is cut at %i: %s', async (count, maxRows, truncated) => {
    const statement = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n limit ?';
    const outcome = await run(statement, { params: [count], maxRows });
    expect(outcome).toMatchObject({ output: { columns: ['i'], row_count: Math.min(count, maxRows), truncated } });
  });

  it('is changed by a write, which tells what it did', async () => {
    expect(await write('insert into pets (name) values (?), (?)', { params: ['c', 'd'] })).toEqual({
      status: 'ok',
      output: { affected_rows: 2, last_insert_id: '4' },
    });
    expect(await write("update pets set name = name || '!' where id > 2 returning name", { maxRows: 1 })).toMatchObject(
      {
        output: { affected_rows: 2, rows: [{ name: 'c!' }], truncated: true },
      },
    );
    expect(rowsOf(await run("select name from pets where name like '%!'"))).toEqual([{ name: 'c!' }, { name: 'd!' }]);
    expect(await write('delete from pets where id > 2')).toEqual({ status: 'ok', output: { affected_rows: 2 } });
  });

  it('tells what is wrong in its own words', async () => {
    expect(await run('select x from pets')).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('no such column'),
    });
    expect(await write("insert into pets (name) values ('z'), ('a')")).toMatchObject({
      reason: 'input',
      message: expect.stringContaining('UNIQUE'),
    });
    expect(rowsOf(await run("select count(*) as n from pets where name = 'z'"))).toEqual([{ n: 0 }]);
    expect(await run('select ?', { params: [1, 2] })).toMatchObject({ status: 'rejected', reason: 'input' });
  });
});

describe('a statement on a file that never ends', () => {
  it('is ended in time, and blocks nobody meanwhile', async () => {
    const ended: string[] = [];
    const long = run(endless, { timeoutMs: 4_000 });
    void long.then(() => ended.push('long'));
    expect(await run('select 1 as one')).toMatchObject({ status: 'ok' });
    expect(ended).toEqual([]);
    expect(await long).toMatchObject({
      status: 'unavailable',
      message: 'The database did not finish within 4 seconds.',
    });
  });

  it('is ended when nobody waits any more, also in line', async () => {
    const leaving = new AbortController();
    const many = Array.from({ length: 9 }, () => run(endless, { signal: leaving.signal }));
    const waits = run('select 1 as one');
    leaving.abort();
    for (const outcome of await Promise.all(many)) expect(outcome.status).toBe('unavailable');
    expect(await waits).toMatchObject({ status: 'ok' });
  });

  it('may have had its effect, where it writes', async () => {
    const grow =
      'insert into pets (name) with recursive n(i) as (select 1 union all select i + 1 from n) select i from n';
    expect((await write(grow, { timeoutMs: 700 })).status).toBe('outcome_unknown');
    expect(rowsOf(await run('select count(*) as n from pets'))).toEqual([{ n: 2 }]);
  });
});
