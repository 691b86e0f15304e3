import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type DatabasePlugboard } from '../support/database-plugboard.ts';
import { newPostgres } from '../support/databases.ts';
import { type Target, targetAt } from '../support/postgres-target.ts';

describe('S5: a read of PostgreSQL', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-s5-'));
  let owner: Target;
  let database: DatabasePlugboard;

  beforeAll(async () => {
    const url = await newPostgres();
    owner = await targetAt(url);
    await owner.asOwner(
      'create table pets (id int primary key, name text)',
      "insert into pets values (1, 'a'), (2, 'b')",
      'create function wipe() returns int language plpgsql as $$ begin delete from pets; return 1; end $$',
      'create procedure wipe_twice() language plpgsql as $$ begin commit; delete from pets; commit; end $$',
      'create sequence counter',
    );
    // The user who may do everything: only the session keeps the read a read.
    const { username, password, hostname: host, port, pathname } = new URL(url);
    const fields = { host, port, user: username, password, database: pathname.slice(1), sslmode: 'disable' };
    database = await connectDatabase({ databaseUrl: undefined, dataDir }, ['postgres', fields]);
  });
  afterAll(async () => {
    await owner.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const pets = () => owner.asOwner('select id, name from pets order by id');
  const untouched = [
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
  ];

  it.each([
    'commit; delete from pets',
    'select 1; delete from pets',
    'select 1;\ndelete from pets;',
    'rollback',
    'delete from pets',
    '/* a /* nested */ comment */ delete from pets',
    '-- select\ndelete from pets',
    '(((delete from pets)))',
    'with gone as (delete from pets returning *) select * from gone',
    "with more as (insert into pets values (3, 'c') returning *) select * from more",
    'explain analyze delete from pets',
    'select wipe()',
    'select * from pets for update',
    'select * into stolen from pets',
    "select nextval('counter')",
    "select setval('counter', 7)",
    'call wipe_twice()',
    'do $$ begin commit; set transaction read write; delete from pets; end $$',
    "do $$ begin perform set_config('default_transaction_read_only', 'off', false); commit; delete from pets; end $$",
    'begin',
    'begin read write',
    'set transaction read write',
    'set default_transaction_read_only = off',
    'set session characteristics as transaction read write',
    'reset all',
    'truncate pets',
    'drop table pets',
    'lock table pets',
    'vacuum pets',
    'notify somebody',
    'prepare p as delete from pets',
    "copy pets to program 'touch /tmp/plugboard-was-here'",
    "copy (select 'x') to '/tmp/plugboard-was-here'",
    'copy pets to stdout',
    'copy pets from stdin',
    "select lo_import('/etc/passwd')",
    'explain (analyze) execute p',
    "select set_config('transaction_read_only', 'off', false)",
    "select query_to_xml('delete from pets', true, true, '')",
    '',
    ' ; ',
    '--',
    '/*',
  ])('that is none changes nothing: %j', async (sql) => {
    for (const params of [undefined, []]) {
      const { body, status } = await database.call('query', { sql, ...(params && { params }) });
      expect(status, sql).toBe(200);
      expect(body, sql).toMatchObject({ status: 'rejected', reason: 'input' });
    }
    expect(await pets()).toEqual(untouched);
  });

  it('that changes settings changes them for nobody else', async () => {
    const sql = "select set_config('default_transaction_read_only', 'off', false) as was";
    await database.call('query', { sql });
    expect(await database.rows('show default_transaction_read_only')).toEqual([
      { default_transaction_read_only: 'on' },
    ]);
    expect((await database.call('query', { sql: 'select wipe()' })).body).toMatchObject({ status: 'rejected' });
    expect(await pets()).toEqual(untouched);
  });

  it('says to use execute for what writes', async () => {
    for (const sql of ['delete from pets', 'with x as (delete from pets returning 1) select * from x'])
      expect((await database.call('query', { sql })).body['message']).toMatch(/Use execute/);
  });

  it('binds values, whatever they look like', async () => {
    const value = "1'; delete from pets; --";
    expect(await database.rows('select $1::text as given', [value])).toEqual([{ given: value }]);
    expect(
      (await database.call('query', { sql: 'select * from pets where name = $1', params: ["' or '1'='1"] })).body,
    ).toMatchObject({ output: { rows: [] } });
    expect((await database.call('describe_table', { table: "pets'; drop table pets; --" })).body).toMatchObject({
      output: { rows: [] },
    });
    expect(await pets()).toEqual(untouched);
  });

  it('holds no NUL character that would end the statement early', async () => {
    for (const args of [{ sql: 'select 1\0; delete from pets' }, { sql: 'select $1::text', params: ['a\0b'] }])
      expect((await database.call('query', args)).status).toBe(400);
  });

  it('is small, however much is asked for', async () => {
    const { body, text } = await database.call('query', {
      sql: "select repeat('x', 100000) from generate_series(1, 1000000)",
      max_rows: 1000,
    });
    expect(body).toMatchObject({ status: 'ok', output: { truncated: true } });
    expect(text.length).toBeLessThan(1_200_000);
    expect((await database.call('query', { sql: 'select 1', max_rows: 1001 })).body).toMatchObject({
      status: 'rejected',
      reason: 'input',
    });
    expect((await database.call('query', { sql: `select 1 -- ${'x'.repeat(100_000)}` })).body).toMatchObject({
      status: 'rejected',
      reason: 'input',
    });
  });

  it('is no way to write: what writes waits for a person, one statement at a time', async () => {
    expect((await database.call('execute', { sql: 'select 1; delete from pets' })).status).toBe(202);
    expect(await database.approved('select 1; delete from pets where id = 1')).toMatchObject({
      status: 'rejected',
      reason: 'input',
    });
    expect(await pets()).toEqual(untouched);
  });
});
