import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type DatabasePlugboard } from '../support/database-plugboard.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { makeSqlite, sqliteFolders } from '../support/sqlite-target.ts';

describe('S5: a read of an SQLite file', () => {
  const { filesDir, dataDir } = sqliteFolders();
  const path = join(filesDir, 'pets.db');
  const elsewhere = join(dataDir, 'elsewhere.db');
  let database: DatabasePlugboard;

  beforeAll(async () => {
    makeSqlite(
      path,
      'create table pets (id integer primary key, name text)',
      "insert into pets values (1, 'a'), (2, 'b')",
    );
    makeSqlite(elsewhere, 'create table secrets (id)', 'insert into secrets values (7)');
    database = await connectDatabase({ databaseUrl: undefined, dataDir }, ['sqlite', { file: 'pets.db' }], {
      filesDir,
    });
  });

  it.each([
    'select 1; delete from pets',
    'select 1; select 2',
    'delete from pets',
    '/* comment */ delete from pets',
    '-- select\ndelete from pets',
    'with x as (select 1) delete from pets',
    'select 1 -- \n; drop table pets',
    'create table more (id)',
    'create temp table more (id)',
    'begin',
    'vacuum',
    "vacuum into '/tmp/plugboard-vacuumed.db'",
    'reindex',
    'pragma writable_schema = on',
    'pragma journal_mode = delete',
    'pragma query_only = off',
    'pragma user_version = 7',
    "pragma temp_store_directory = '/tmp'",
    'pragma database_list',
    'select * from pragma_database_list',
    "select load_extension('/tmp/evil.so')",
    "select readfile('/etc/passwd')",
    "select writefile('/tmp/plugboard-written', 'x')",
    'detach main',
    '',
    ';',
    '--',
  ])('that is none changes nothing: %j', async (sql) => {
    const before = readFileSync(path);
    for (const params of [undefined, []]) {
      const { body, status } = await database.call('query', { sql, ...(params && { params }) });
      expect(status, sql).toBe(200);
      expect(body, sql).toMatchObject({ status: 'rejected', reason: 'input' });
    }
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync('/tmp/plugboard-vacuumed.db') || existsSync('/tmp/plugboard-written')).toBe(false);
  });

  it.each([
    "attach 'ELSEWHERE' as other",
    "attach ':memory:' as other",
    "vacuum into '/tmp/plugboard-vacuumed.db'",
    "select load_extension('/tmp/evil.so')",
    'pragma writable_schema = on',
    "insert into pets (name) select readfile('/etc/passwd')",
    'delete from pets; delete from pets',
    "update sqlite_schema set sql = 'create table x(y)'",
  ])('is as confined where a person approves it: %j', async (sql) => {
    const before = readFileSync(path);
    const answer = await database.approved(sql.replace('ELSEWHERE', elsewhere));
    expect(answer, sql).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync('/tmp/plugboard-vacuumed.db')).toBe(false);
  });

  it('may look into what the file holds', async () => {
    expect(await database.rows("select name from pragma_table_info('pets')")).toEqual([
      { name: 'id' },
      { name: 'name' },
    ]);
    expect(await database.rows('pragma table_info(pets)')).toHaveLength(2);
    expect((await database.call('query', { sql: 'explain select * from pets' })).body).toMatchObject({ status: 'ok' });
  });

  it('keeps within its memory', async () => {
    for (const sql of [
      'select zeroblob(900000000)',
      'select hex(zeroblob(16000000))',
      "select printf('%.*c', 900000000, 'x')",
    ])
      expect((await database.call('query', { sql })).body['status'], sql).toMatch(/rejected|unavailable/);
  });

  describe('is opened only where it lies below the folder for files', () => {
    const away = { status: 400 };
    const start = (file: string, plugboard: Pick<Plugboard, 'call'> = database.plugboard) =>
      plugboard.call('POST /api/v1/connectors/sqlite/verify?workspace_id=default', { body: { fields: { file } } });

    beforeAll(() => {
      symlinkSync(elsewhere, join(filesDir, 'link.db'));
      symlinkSync(dataDir, join(filesDir, 'folder'));
      linkSync(elsewhere, join(filesDir, 'second-name.db'));
      mkdirSync(join(filesDir, 'sub'));
      writeFileSync(join(filesDir, 'notes.txt'), 'no database, but long enough to be looked at as one'.repeat(40));
      symlinkSync(path, join(filesDir, 'fine.db'));
    });

    it.each([
      '../data/elsewhere.db',
      'sub/../../data/elsewhere.db',
      './../data/plugboard.db',
      elsewhere,
      '/etc/passwd',
      'file:pets.db?mode=rwc',
      'FILE:pets.db',
      'link.db',
      'folder/elsewhere.db',
      'second-name.db',
      'sub',
      '.',
      '..',
      '',
      'no-such.db',
      'pets.db/',
      'pets.db\\',
      ':memory:',
      'notes.txt',
    ])('and not as %j', async (file) => {
      const answer = await start(file);
      if (answer.status !== away.status)
        expect(answer.body).toMatchObject({ ok: false, message: expect.stringMatching(/\w+ \w+/) });
      expect(answer.text).not.toContain(dataDir);
      expect(existsSync(join(filesDir, 'no-such.db')) || existsSync(':memory:')).toBe(false);
    });

    it('and a link within the folder leads there', async () => {
      expect((await start('fine.db')).body).toEqual({ ok: true, message: '' });
      expect((await start('sub/../pets.db')).body).toEqual({ ok: true, message: '' });
    });

    it.each([
      ['there is no such folder', { folder: () => undefined, file: 'plugboard.db', words: 'PLUGBOARD_FILES_DIR' }],
      [
        'it is that of our own data',
        { folder: (data: string) => data, file: 'plugboard.db', words: 'Plugboard itself' },
      ],
      ['our own data lies in it', { folder: dirname, file: 'data/plugboard.db', words: 'Plugboard itself' }],
    ] as const)('and never where %s', async (_, { folder, file, words }) => {
      const own = join(mkdtempSync(join(filesDir, 'instance-')), 'data');
      const plugboard = await startPlugboard({ databaseUrl: undefined, dataDir: own }, { filesDir: folder(own) });
      expect(existsSync(join(own, 'plugboard.db'))).toBe(true);
      expect((await start(file, plugboard)).body).toMatchObject({ ok: false, message: expect.stringContaining(words) });
    });
  });

  it('has not touched what lies elsewhere', () => {
    const db = new DatabaseSync(elsewhere, { readOnly: true });
    expect(db.prepare('select id from secrets').get()).toEqual({ id: 7 });
    db.close();
  });
});
