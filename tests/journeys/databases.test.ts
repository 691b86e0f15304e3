import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases, newPostgres } from '../support/databases.ts';
import { hasMariadb, type Mariadb, startMariadb } from '../support/mariadb.ts';
import { connectNamed, placesIn, settled } from '../support/named-connections.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Target, targetAt } from '../support/postgres-target.ts';

/** It holds everything that a connection string could break at. */
const password = `p@ss:/w#rd%?&=+ \\" 'x'`;

interface Server {
  readonly connector: 'postgres' | 'mysql';
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

let target: Target;
let mariadb: Mariadb | undefined;
const servers: Partial<Record<Server['connector'], Server>> = {};

beforeAll(async () => {
  target = await targetAt(await newPostgres(), password);
  await target.asOwner('create table pets (id int primary key, name text)', "insert into pets values (1, 'a')");
  const { port, database = '' } = target.place;
  servers.postgres = { connector: 'postgres', port, user: target.user, database };
  if (!hasMariadb) return;
  mariadb = await startMariadb();
  await mariadb.run(
    'create database shop',
    `create user app@'%' identified by ${JSON.stringify(password)}`,
    "grant all on shop.* to app@'%'",
    'create table shop.pets (id int primary key, name text)',
    "insert into shop.pets values (1, 'a')",
  );
  servers.mysql = { connector: 'mysql', port: mariadb.port, user: 'app', database: 'shop' };
});
afterAll(async () => {
  await target.stop();
  await mariadb?.stop();
});

describeOnDatabases('connecting a database', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  describe.each(['postgres', 'mysql'] as const)('%s', (connector) => {
    const it_ = it.skipIf(connector === 'mysql' && !hasMariadb);
    const server = (): Server => servers[connector] ?? { connector, port: 0, user: '', database: '' };
    const parts = (more: object = {}) => {
      const { port, user, database } = server();
      return { host: '127.0.0.1', port, user, password, database, sslmode: 'disable', ...more };
    };
    const dsn = (more: { password?: string; query?: string; host?: string } = {}) => {
      const { port, user, database } = server();
      const secret = encodeURIComponent(more.password ?? password);
      return `${connector}://${user}:${secret}@${more.host ?? '127.0.0.1'}:${port}/${database}${more.query ?? '?sslmode=disable'}`;
    };
    const expectSilence = (answer: ApiAnswer) => {
      for (const form of [password, encodeURIComponent(password), 'w#rd', 'w%23rd'])
        expect(answer.text).not.toContain(form);
    };
    const verify = async (fields: object) => {
      const answer = await plugboard.call(`POST /api/v1/connectors/${connector}/verify?workspace_id=default`, {
        body: { fields },
      });
      expectSilence(answer);
      return answer;
    };
    const query = (id: string, sql: string) =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/query/call`, { body: { arguments: { sql } } });
    const expectWorking = async (id: string) => {
      expect((await query(id, 'select name from pets')).body).toMatchObject({
        status: 'ok',
        output: { rows: [{ name: 'a' }], row_count: 1 },
      });
      const record = await plugboard.call(`GET /api/v1/connections/${id}`);
      expect(record.body).toMatchObject({
        status: 'connected',
        statusReason: null,
        authType: 'api_key',
        account: expect.stringContaining(server().user),
      });
      expectSilence(record);
    };

    it_('is in the catalog, with fields for both ways', async () => {
      covers('001/conn-string');
      const { body } = await plugboard.call('GET /api/v1/connectors');
      const items: readonly unknown[] = Array.isArray(body['items']) ? body['items'] : [];
      expect(items).toContainEqual(
        expect.objectContaining({
          id: connector,
          auth_mode: 'conn_string',
          authType: 'api_key',
          availability: 'available',
        }),
      );
      const manifest = await plugboard.call(`GET /api/v1/connectors/${connector}`);
      expect(manifest.body['fields']).toContainEqual(
        expect.objectContaining({ key: 'connection_string', secret: true, required: false }),
      );
    });

    it_('is verified by running its query: either way works, and nothing is kept', async () => {
      covers('001/verify-sql', 'databases/two-ways', '001/verify-keeps-nothing');
      expect((await verify(parts())).body).toEqual({ ok: true, message: '' });
      expect((await verify({ connection_string: dsn() })).body).toEqual({ ok: true, message: '' });
      expect((await verify({ connection_string: dsn({ query: '' }), sslmode: 'disable' })).body).toEqual({
        ok: true,
        message: '',
      });
      const { body } = await plugboard.call('GET /api/v1/integrations');
      expect(JSON.stringify(body)).not.toContain(connector);
    });

    it_('is not verified with a password that is wrong, where nobody listens, or at a forbidden address', async () => {
      covers('001/verify-refused', '001/egress');
      for (const fields of [
        parts({ password: 'another-password' }),
        { connection_string: dsn({ password: 'another-password' }) },
      ])
        expect((await verify(fields)).body).toMatchObject({
          ok: false,
          message: expect.stringMatching(/password|denied/i),
        });
      expect((await verify(parts({ port: 9 }))).body).toMatchObject({
        ok: false,
        message: expect.stringContaining('refused'),
      });
      expect((await verify(parts({ host: '169.254.169.254' }))).body).toMatchObject({
        ok: false,
        message: expect.stringContaining('metadata'),
      });
      expect((await verify(parts({ host: '10.0.0.1' }))).body).toMatchObject({
        ok: false,
        message: expect.stringContaining('PLUGBOARD_EGRESS_ALLOW'),
      });
      expect((await verify(parts({ host: 'nobody.invalid' }))).body).toMatchObject({ ok: false });
    });

    it_('has to prove who it is unless it is said otherwise', async () => {
      covers('databases/verified-server');
      for (const fields of [parts({ sslmode: undefined }), { connection_string: dsn({ query: '' }) }])
        expect((await verify(fields)).body).toMatchObject({
          ok: false,
          message: expect.stringMatching(/TLS|certificate/),
        });
    });

    it_('is refused in words where the fields do not fit', async () => {
      covers('databases/one-way-at-a-time', 'databases/nothing-breaks-out');
      const cases: readonly (readonly [object, RegExp])[] = [
        [{}, /^missing required field: connection_string$/],
        [{ user: 'app' }, /^missing required field: host$/],
        [{ host: 'db.example' }, /^missing required field: user$/],
        [parts({ connection_string: dsn() }), /given twice/],
        [parts({ host: 'db.example/x?host=/tmp' }), /^host must be one host/],
        [parts({ host: '/var/run/postgresql' }), /^host must be one host/],
        [parts({ host: 'a,b' }), /^host must be one host/],
        [parts({ port: 70_000 }), /^port must be/],
        [parts({ sslmode: 'prefer' }), /^sslmode must be one of/],
        [parts({ ca_certificate: '/etc/ssl/ca.pem', sslmode: 'verify-full' }), /^ca_certificate must be/],
        [
          parts({ ca_certificate: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' }),
          /^ca_certificate is only used/,
        ],
        [parts({ options: '-c x=y' }), /^unknown field: options/],
        [{ connection_string: dsn().replace('%40', '@') }, /^connection_string is not understood/],
        [{ connection_string: dsn({ query: '?sslmode=disable&host=/tmp' }) }, /may not set host/],
        [{ connection_string: dsn({ query: '?sslcert=/etc/shadow' }) }, /may not set sslcert/],
        [{ connection_string: dsn({ host: '127.0.0.1,10.0.0.1' }) }, /several hosts/],
      ];
      for (const [fields, words] of cases) {
        const answer = await verify(fields);
        expect(answer.status, String(words)).toBe(400);
        expect(Object(answer.body['error'])['message']).toMatch(words);
      }
    });

    it_('connects through the personal door (004)', async () => {
      const started = await plugboard.call('POST /api/v1/connections', {
        body: { connectorSlug: connector, label: `Personal ${connector}` },
      });
      expect(started).toMatchObject({
        status: 201,
        body: { connection: { status: 'pending', authType: 'api_key' }, oauthUrl: null },
      });
      const id = idIn(started.body['connection']);
      const submit = (body: object) => plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body });
      const wrong = await submit({ fields: parts({ password: 'another-password' }) });
      expect(wrong.status).toBe(422);
      expect((await submit({ fields: parts({ port: 9 }) })).status).toBe(502);
      expect((await submit({})).status).toBe(400);
      expect((await plugboard.call(`GET /api/v1/connections/${id}`)).body['status']).toBe('pending');
      const right = await submit({ fields: parts() });
      expect(right.status).toBe(200);
      for (const answer of [wrong, right]) expectSilence(answer);
      await expectWorking(id);
      expect((await submit({ connection_string: dsn() })).status).toBe(200);
      await expectWorking(id);
    });

    it_('connects through the door of installs (001)', async () => {
      const install = (fields: object) =>
        plugboard.call(`POST /api/v1/connectors/${connector}/install?workspace_id=default`, {
          body: { name: `Shared ${connector}`, fields },
        });
      const installed = await install({ connection_string: dsn() });
      expect(installed).toMatchObject({ status: 201, body: { next_step: '' } });
      const id = String(installed.body['integration_id']);
      await expect
        .poll(async () => (await plugboard.call(`GET /api/v1/connections/${id}`)).body['status'])
        .toBe('connected');
      await expectWorking(id);
      const wrong = String((await install(parts({ password: 'another-password' }))).body['integration_id']);
      await expect
        .poll(async () => (await plugboard.call(`GET /api/v1/connections/${wrong}`)).body['status'])
        .toBe('auth_failed');
      expectSilence(await plugboard.call(`GET /api/v1/connections/${wrong}`));
    });

    it_('connects through the door of named connections (000)', async () => {
      covers('000/connect-dsn', '000/connect-fields');
      for (const security of [
        { authMethod: 'connectionString', connectionString: dsn() },
        { authMethod: 'connectionString', ...parts() },
        parts(),
      ]) {
        const answer = await connectNamed(plugboard, connector, { name: `Named ${connector}`, security });
        expectSilence(answer);
        const record = await settled(plugboard, answer);
        expect(record).toMatchObject({ status: 'connected' });
        await expectWorking(String(record['id']));
      }
    });

    it_('is a 422 there for what is no connection string', async () => {
      covers('000/connect-dsn-refused');
      const before = await plugboard.call('GET /api/v1/connections?scope=workspace');
      for (const [connectionString, words] of [
        [dsn().replace('%40', '@'), 'is not understood'],
        [dsn({ query: '?sslmode=prefer' }), 'another sslmode'],
        [dsn({ query: '?service=prod' }), 'may not set service'],
        ['jdbc:x', 'is not understood'],
        [7, 'must be one line of text'],
      ] as const) {
        const answer = await connectNamed(plugboard, connector, {
          name: 'Wrong',
          security: { authMethod: 'connectionString', connectionString },
        });
        expect([answer.status, ...placesIn(answer)]).toEqual([422, 'security.connection_string: value_error']);
        expect(answer.text).toContain(words);
        expectSilence(answer);
      }
      const headed = { name: 'Headed', security: parts(), headers: { 'x-team': 'support' } };
      expect(placesIn(await connectNamed(plugboard, connector, headed))).toEqual(['headers: value_error']);
      const missing = await connectNamed(plugboard, connector, {
        name: 'None',
        security: { authMethod: 'connectionString' },
      });
      expect(placesIn(missing)).toEqual(['security.connection_string: missing']);
      expect((await plugboard.call('GET /api/v1/connections?scope=workspace')).text).toBe(before.text);
    });
  });
});
