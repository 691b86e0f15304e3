import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { connectDatabase, type DatabasePlugboard } from '../support/database-plugboard.ts';
import { describeOnDatabases, newPostgres } from '../support/databases.ts';
import { startListening } from '../support/listening.ts';
import { hasMariadb, type Mariadb, startMariadb } from '../support/mariadb.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { connectedNamed } from '../support/named-connections.ts';
import { type Target, targetAt } from '../support/postgres-target.ts';
import { makeSqlite, sqliteFolders } from '../support/sqlite-target.ts';

const password = 'p@ss:/w#rd% of a reader';
const folders = sqliteFolders();
let target: Target;
let mariadb: Mariadb | undefined;

const pets = [
  'create table owners (id int primary key)',
  "create table pets (id int primary key, name varchar(20) not null default 'x', owner_id int references owners (id))",
  "insert into pets (id, name) values (1, 'a'), (2, 'b')",
];

beforeAll(async () => {
  target = await targetAt(await newPostgres(), password);
  await target.asOwner(...pets, "comment on table pets is 'All of them'", "comment on column pets.name is 'As called'");
  makeSqlite(join(folders.filesDir, 'pets.db'), ...pets);
  if (!hasMariadb) return;
  mariadb = await startMariadb();
  await mariadb.run(
    'create database shop',
    `create user app@'%' identified by '${password}'`,
    "grant all on shop.* to app@'%'",
    'use shop',
    ...pets,
  );
});
afterAll(async () => {
  await target.stop();
  await mariadb?.stop();
});

const kinds = ['postgres', 'mysql', 'sqlite'] as const;

/** The engine's own placeholder for the first value, and the second. */
const placeholders = { postgres: ['$1', '$2'], mysql: ['?', '?'], sqlite: ['?', '?'] } as const;

function fieldsOf(kind: (typeof kinds)[number]): Readonly<Record<string, unknown>> {
  if (kind === 'sqlite') return { file: 'pets.db' };
  const { host, port, database } = target.place;
  if (kind === 'postgres') return { host, port, database, user: target.user, password, sslmode: 'disable' };
  return { host, port: mariadb?.port ?? 0, database: 'shop', user: 'app', password, sslmode: 'disable' };
}

describeOnDatabases('calling the tools of a database', ({ migrated }) => {
  describe.each(kinds)('%s', (kind) => {
    const it_ = it.skipIf(kind === 'mysql' && !hasMariadb);
    const [first, second] = placeholders[kind];
    let database: DatabasePlugboard;
    beforeAll(async () => {
      if (kind === 'mysql' && !hasMariadb) return;
      database = await connectDatabase(await migrated(), [kind, fieldsOf(kind)], { filesDir: folders.filesDir });
    });

    it_('lists the tables and describes one', async () => {
      covers('databases/look');
      const tables = (await database.call('list_tables', {})).body;
      expect(tables).toMatchObject({ status: 'ok', output: { truncated: false } });
      expect(Object(tables['output'])['rows']).toContainEqual(
        expect.objectContaining({ name: 'pets', kind: expect.stringMatching(/table/) }),
      );
      const columns = Object((await database.call('describe_table', { table: 'pets' })).body['output'])['rows'];
      expect(columns).toMatchObject([
        { name: 'id', primary_key: expect.toSatisfy((value) => value === true || value === 'yes') },
        { name: 'name', nullable: expect.toSatisfy((value) => value === false || value === 'no') },
        { name: 'owner_id', refers_to: 'owners' },
      ]);
      expect((await database.call('describe_table', { table: 'nonesuch' })).body).toMatchObject({
        output: { rows: [], row_count: 0 },
      });
    });

    it_('reads at once, with values bound', async () => {
      covers('databases/read');
      const sql = `select id, name from pets where name = ${first} or id = ${second} order by id`;
      expect((await database.call('query', { sql, params: ['a', 2] })).body).toEqual({
        status: 'ok',
        output: {
          columns: ['id', 'name'],
          rows: [
            { id: 1, name: 'a' },
            { id: 2, name: 'b' },
          ],
          row_count: 2,
          truncated: false,
        },
      });
      expect((await database.call('query', { sql, params: ['a', 2], max_rows: 1 })).body).toMatchObject({
        output: { row_count: 1, truncated: true, note: expect.stringContaining('more rows') },
      });
    });

    it_('tells what is wrong with a statement, or with the arguments', async () => {
      expect((await database.call('query', { sql: 'select x from nowhere' })).body).toMatchObject({
        status: 'rejected',
        reason: 'input',
        message: expect.stringMatching(/nowhere/),
      });
      expect((await database.call('query', {})).body).toMatchObject({
        reason: 'input',
        problems: [{ path: '/sql', message: 'is required' }],
      });
      for (const args of [
        { sql: 7 },
        { sql: 'select 1', params: 'a' },
        { sql: 'select 1', max_rows: 0 },
        { sql: 'select 1', more: 1 },
        { sql: 'select 1', params: Array(101).fill(1) },
      ])
        expect((await database.call('query', args)).body).toMatchObject({ status: 'rejected', reason: 'input' });
    });

    it_('asks a person before it changes anything, and does it once', async () => {
      covers('databases/write');
      const args = { sql: `insert into pets (id, name) values (${first}, ${second})`, params: [10, 'ten'] };
      const asked = await database.call('execute', args);
      expect(asked).toMatchObject({ status: 202, body: { status: 'needs_approval' } });
      const approval = `/api/v1/approvals/${String(asked.body['approval_id'])}`;
      const seen = await database.plugboard.call(`GET ${approval}`);
      expect(seen.text).toContain(kind === 'sqlite' ? 'execute sqlite:pets.db' : `execute ${kind}://127.0.0.1:`);
      expect(seen.body['arguments']).toEqual(args);
      expect(await database.rows('select id from pets where id = 10')).toEqual([]);
      const approve = () => database.plugboard.call(`POST ${approval}/approve`, { body: {} });
      expect((await Promise.all([approve(), approve()])).map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await database.call('execute', args)).body).toMatchObject({ status: 'ok', output: { affected_rows: 1 } });
      expect(await database.rows('select id from pets where id = 10')).toEqual([{ id: 10 }]);
      expect(await database.approved('delete from pets where id = 10')).toMatchObject({ output: { affected_rows: 1 } });
    });

    it_('tells that an approved statement was turned down, in the words of the database', async () => {
      expect(await database.approved("insert into pets (id, name) values (1, 'again')")).toMatchObject({
        status: 'rejected',
        reason: 'input',
        message: expect.stringMatching(/unique|duplicate/i),
      });
    });

    it_('is a matter of the connection: switched off it is refused, gone it is gone', async () => {
      const path = `/api/v1/connections/${database.connection}`;
      await database.plugboard.call(`PATCH ${path}`, { body: { isActive: false } });
      expect((await database.call('query', { sql: 'select 1' })).body).toMatchObject({
        status: 'rejected',
        reason: 'disabled',
      });
      await database.plugboard.call(`PATCH ${path}`, { body: { isActive: true } });
      expect((await database.call('query', { sql: 'select 1' })).body).toMatchObject({ status: 'ok' });
      await database.plugboard.call(`DELETE ${path}`);
      expect((await database.call('query', { sql: 'select 1' })).status).toBe(404);
    });
  });

  it('is the same through MCP and through the operations of contract 000, with what a connection fixes', async () => {
    const plugboard = await startListening(await migrated());
    await connect(plugboard, ['postgres', fieldsOf('postgres')]);
    const id = await connectedNamed(plugboard, 'postgres', {
      name: 'Fixed',
      security: fieldsOf('postgres'),
      general_params: [{ location: 'query', name: 'schema', value: 'public', description: '' }],
    });
    const listed = await plugboard.call(`POST /v1/tools/connectors/postgres/connections/${id}/list_tables`, {
      body: {},
    });
    expect(listed).toMatchObject({
      status: 200,
      body: { rows: [{ name: 'owners' }, { name: 'pets', comment: 'All of them' }] },
    });
    const detail = await plugboard.call(`GET /v1/tools/connectors/postgres/operations/list_tables?connection_id=${id}`);
    expect(JSON.stringify(detail.body['input_schema'])).not.toContain('schema"');
    const client = await mcpClient(plugboard.publicUrl, await plugboard.mint());
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['postgres__query', 'postgres__execute']));
    const answer = await client.callTool({ name: 'postgres__query', arguments: { sql: 'select 1 as one' } });
    expect(JSON.stringify(answer)).toContain('one');
    await client.close();
  });
});

describe('a file connector', () => {
  it('is connected by its path or as a connection string, to the folder for files alone', async () => {
    covers('databases/files');
    const { filesDir, dataDir } = folders;
    const { plugboard, rows } = await connectDatabase(
      { databaseUrl: undefined, dataDir },
      ['sqlite', { file: 'pets.db' }],
      { filesDir },
    );
    expect(await rows('select count(*) as n from pets')).toEqual([{ n: 2 }]);
    const wish = { label: 'As a string' };
    const id = await connect(plugboard, ['sqlite', { connection_string: 'sqlite:pets.db' }], wish);
    const body = { arguments: { sql: 'select 1 as one' } };
    const answer = await plugboard.call(`POST /api/v1/connections/${id}/tools/query/call`, { body });
    expect(answer.body).toMatchObject({ status: 'ok' });
  });
});
