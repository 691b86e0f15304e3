import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type DatabasePlugboard } from '../support/database-plugboard.ts';
import { hasMariadb, type Mariadb, startMariadb } from '../support/mariadb.ts';

describe.skipIf(!hasMariadb)('S5: a read of MySQL (skipped where mariadb-server is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-s5-mysql-'));
  const stolen = join(folder, 'stolen');
  let mariadb: Mariadb;
  let database: DatabasePlugboard;

  beforeAll(async () => {
    mariadb = await startMariadb();
    await mariadb.run(
      'create database shop',
      "create user everything@'%' identified by 'everything-0123456789'",
      "grant all on *.* to everything@'%'",
      'create table shop.pets (id int primary key, name text) engine=innodb',
      'create table shop.old_pets (id int primary key) engine=myisam',
      "insert into shop.pets values (1, 'a'), (2, 'b')",
      'insert into shop.old_pets values (1), (2)',
      'create function shop.wipe() returns int begin delete from shop.pets; return 1; end',
      'create procedure shop.wipe_all() begin commit; delete from shop.pets; end',
    );
    // The user who may do everything: only the session keeps the read a read.
    const dsn = `mysql://everything:everything-0123456789@127.0.0.1:${mariadb.port}/shop?sslmode=disable`;
    database = await connectDatabase({ databaseUrl: undefined, dataDir: folder }, [
      'mysql',
      { connection_string: dsn },
    ]);
  });
  afterAll(async () => {
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const counts = () =>
    mariadb.run('select (select count(*) from shop.pets) as pets, (select count(*) from shop.old_pets) as old_pets');
  const untouched = [{ pets: 2, old_pets: 2 }];

  it.each([
    'select 1; delete from pets',
    'commit; delete from pets',
    'delete from pets',
    'delete from old_pets',
    'truncate pets',
    'drop table pets',
    'create table more (id int)',
    'create temporary table more (id int)',
    '/* comment */ delete from pets',
    '# select\ndelete from pets',
    '-- select\ndelete from pets',
    '/*!50000 delete from pets */',
    '/*M! delete from pets */',
    '/*! select 1 */',
    'with x as (select 1) delete from pets',
    'select wipe()',
    'call wipe_all()',
    'do wipe()',
    'set session transaction read write',
    'start transaction read write',
    'begin not atomic delete from pets; end',
    'analyze delete from pets',
    'handler pets open',
    'lock tables pets write',
    'flush tables',
    `select * from pets into outfile '${stolen}'`,
    `select 'x' /*!50000 into outfile '${stolen}' */`,
    `select 'x' into/**/dumpfile '${stolen}'`,
    `load data local infile '/etc/passwd' into table pets`,
    `load data infile '/etc/passwd' into table pets`,
    "prepare p from 'delete from pets'",
    "execute immediate 'delete from pets'",
    '',
    ';',
  ])('that is none changes nothing: %j', async (sql) => {
    for (const params of [undefined, []]) {
      const { body, status } = await database.call('query', { sql, ...(params && { params }) });
      expect(status, sql).toBe(200);
      expect(body, sql).toMatchObject({ status: 'rejected', reason: 'input' });
    }
    expect(await counts()).toEqual(untouched);
    expect(existsSync(stolen)).toBe(false);
  });

  it('says to use execute for what writes', async () => {
    for (const sql of ['delete from pets', 'select wipe()'])
      expect((await database.call('query', { sql })).body['message']).toMatch(/Use execute/);
  });

  it('binds values, whatever they look like, and asks for as many as there are', async () => {
    const value = "1' or '1'='1'; delete from pets; -- \\";
    expect(await database.rows('select ? as given', [value])).toEqual([{ given: value }]);
    expect(await database.rows('select * from pets where name = ?', [value])).toEqual([]);
    expect((await database.call('describe_table', { table: value })).body).toMatchObject({ output: { rows: [] } });
    expect((await database.call('query', { sql: 'select ?', params: ['a', 'b'] })).body).toMatchObject({
      reason: 'input',
    });
    expect(await counts()).toEqual(untouched);
  });

  it('gives no file of ours to a server that asks for one', async () => {
    for (const sql of [
      "load data local infile '/etc/passwd' into table pets",
      "load data local infile '/etc/passwd' ignore into table pets (name)",
    ])
      expect((await database.call('execute', { sql })).status).toBe(202);
    expect(await database.approved("load data local infile '/etc/passwd' into table pets")).toMatchObject({
      status: 'rejected',
      reason: 'input',
    });
    expect(await counts()).toEqual(untouched);
  });

  it('is no way to write: what writes waits for a person, one statement at a time', async () => {
    expect(await database.approved('select 1; delete from pets where id = 1')).toMatchObject({
      status: 'rejected',
      reason: 'input',
    });
    expect(await counts()).toEqual(untouched);
    expect(await database.approved('update pets set name = ? where id = ?', ['c', 1])).toMatchObject({
      status: 'ok',
      output: { affected_rows: 1 },
    });
  });
});
