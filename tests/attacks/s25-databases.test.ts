import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../support/connect.ts';
import { newPostgres } from '../support/databases.ts';
import { type Target, targetAt } from '../support/postgres-target.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const password = `S3cr@t:/w#rd%?"quoted" 0123`;

describe('S25: the password of a database is shown', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-s25-db-'));
  let plugboard: ServerProcess;
  let target: Target;
  let connection: string;
  let agent: string;

  beforeAll(async () => {
    target = await targetAt(await newPostgres(), password);
    const quoted = password.replaceAll("'", "''");
    await target.asOwner(
      'create table notes (text text)',
      `create function complain() returns int language plpgsql as $$ begin raise exception '%', 'Your password is ${quoted}' using hint = 'It is ${quoted}'; end $$`,
    );
    plugboard = await startServerProcess({ PLUGBOARD_DATA_DIR: dataDir });
    const { host, port, database } = target.place;
    const secret = encodeURIComponent(password);
    const dsn = `postgres://${target.user}:${secret}@${host}:${port}/${database}?sslmode=disable`;
    connection = await connect(plugboard, ['postgres', { connection_string: dsn }]);
    agent = String((await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } })).body['key']);
  });
  afterAll(async () => {
    await Promise.all([plugboard.stop(), target.stop()]);
    rmSync(dataDir, { recursive: true });
  });

  const query = (sql: string, params: readonly unknown[] = []) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/query/call`, {
      key: agent,
      body: { arguments: { sql, params } },
    });

  function expectNothingIn(text: string): void {
    expect(text).not.toBe('');
    const base64 = Buffer.from(password).toString('base64').slice(4, -4);
    for (const trace of [
      password,
      JSON.stringify(password).slice(1, -1),
      encodeURIComponent(password),
      'w#rd',
      'w%23rd',
      base64,
    ])
      expect(text).not.toContain(trace);
  }

  it('not in the rows that the database answers with, in whatever form', async () => {
    const forms = [
      password,
      encodeURIComponent(password),
      JSON.stringify(password),
      Buffer.from(password).toString('base64'),
    ];
    for (const form of forms) {
      const answer = await query(
        'select $1::text as given, array[$1::text] as list, jsonb_build_object($1::text, 1) as doc',
        [form],
      );
      expect(answer.text).toContain('[redacted]');
      expectNothingIn(answer.text);
    }
  });

  it('not in the words and hints of the database', async () => {
    const answer = await query('select complain()');
    expect(answer.body).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('Your password is [redacted]'),
    });
    expectNothingIn(answer.text);
  });

  it('not where it is refused, misspelled, or in a string that is not understood', async () => {
    const { host, port, database } = target.place;
    const bodies = [
      { host, port, database, user: target.user, password: `${password}x`, sslmode: 'disable' },
      { connection_string: `postgres://${target.user}:${password}@${host}:${port}/${database}` },
      { connection_string: `postgres://${target.user}@${host}:${port}/${database}?${encodeURIComponent(password)}=1` },
      { connection_strin: password },
    ];
    for (const fields of bodies)
      for (const path of [
        `/api/v1/connections/${connection}/credentials`,
        '/api/v1/connectors/postgres/verify?workspace_id=default',
      ]) {
        const answer = await plugboard.call(`POST ${path}`, { body: { fields } });
        expectNothingIn(answer.text);
      }
  });

  it('not in records, logs or events', async () => {
    const paths = [
      `/api/v1/connections/${connection}`,
      '/api/v1/calls?limit=100',
      '/api/v1/events?limit=100',
      '/api/v1/integrations',
      '/v1/connectors',
    ];
    const answers = await Promise.all(paths.map((path) => plugboard.call(`GET ${path}`)));
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expectNothingIn(text);
    }
    expect(plugboard.output()).toContain('/tools/:tool/call');
    expectNothingIn(plugboard.output());
  });
});
