import { afterEach, expect, it } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { startWaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { movableClock } from '../support/started-access.ts';

const issue = { project: 'acme/api', title: 'Sent once' };

describeOnDatabases('a first request with an Idempotency-Key that does not end well', ({ engine, migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
  });

  async function waitingGitlab() {
    const gitlab = await startWaitingGitlab();
    open.push(gitlab);
    return gitlab;
  }
  async function startProcess(database: DatabaseConfig): Promise<ServerProcess> {
    const { databaseUrl, dataDir } = database;
    const settings =
      databaseUrl === undefined ? { PLUGBOARD_DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl.reveal() };
    const plugboard = await startServerProcess(settings);
    open.push(plugboard);
    return plugboard;
  }
  const mintWriter = async ({ call }: Pick<Plugboard, 'call'>) => {
    const scopes = ['tools:call', 'tools:write_unasked'];
    return String((await call('POST /api/v1/api-keys', { body: { name: 'Writer', scopes } })).body['key']);
  };
  const writing = (connection: string, key: string) => (plugboard: Pick<Plugboard, 'call'>) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
      key,
      body: { arguments: issue },
      headers: { 'idempotency-key': 'write' },
    });

  it('is waited for so long and no longer; its unknown outcome is told again, and it is sent once', async () => {
    covers('everywhere/10-in-flight', 'everywhere/10-cut-off');
    const clock = movableClock();
    const plugboard = await startPlugboard(await migrated(), { clock });
    const gitlab = await waitingGitlab();
    const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
    const write = writing(connection, await mintWriter(plugboard));
    const first = write(plugboard);
    await gitlab.arrived();
    const second = write(plugboard);
    const earlier = clock.now();
    const moving = setInterval(() => clock.move(1000), 50);
    expect(await second).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
    expect((await second).headers['retry-after']).toBe('5');
    expect(clock.now() - earlier).toBeGreaterThan(19_000);
    clearInterval(moving);

    await gitlab.stop();
    expect((await first).body).toMatchObject({ status: 'outcome_unknown' });
    expect((await write(plugboard)).text).toBe((await first).text);
    expect(gitlab.waiting).toHaveLength(1);
  });

  it('by a crash is a 409 from then on, and is never sent again', async () => {
    covers('everywhere/10-cut-off');
    const database = await migrated();
    const plugboard = await startProcess(database);
    const gitlab = await waitingGitlab();
    const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
    const write = writing(connection, await mintWriter(plugboard));
    const first = write(plugboard).catch(() => 'cut off');
    await gitlab.arrived();
    await plugboard.kill();
    expect(await first).toBe('cut off');

    await aMinuteLater(database);
    const again = await startProcess(database);
    for (let tries = 0; tries < 2; tries += 1) {
      expect((await write(again)).body).toMatchObject({
        error: { code: 'CONFLICT', reason: 'outcome_unknown', message: expect.stringContaining('nobody knows') },
      });
    }
    expect(gitlab.waiting).toHaveLength(1);
  });

  it('has its answer for whoever asks after a restart', async () => {
    covers('everywhere/10-day');
    const database = await migrated();
    const before = await startProcess(database);
    const make = ({ call }: ServerProcess) =>
      call('POST /api/projects', { body: { name: 'Kept' }, headers: { 'idempotency-key': 'kept' } });
    const first = await make(before);
    expect(first.status).toBe(201);
    await before.kill();
    expect(await make(await startProcess(database))).toMatchObject({ status: 201, text: first.text });
  });

  it.skipIf(engine === 'sqlite')('is answered once among replicas', async () => {
    covers('everywhere/10-in-flight', 'everywhere/10-day');
    const database = await migrated();
    const one = await startPlugboard(database);
    const other = await startPlugboard(database, { adminKey: new Secret(one.adminKey) });
    const install = ({ call }: Plugboard) =>
      call('POST /api/v1/connectors/gitlab/install?workspace_id=default', {
        body: { fields: { token: 'glpat-x', base_url: 'http://127.0.0.1:9' } },
        headers: { 'idempotency-key': 'everywhere' },
      });
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => install(at % 2 === 0 ? one : other)));
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(all[0]?.status).toBe(201);
    expect((await one.call('GET /api/v1/connections?scope=workspace')).body['items']).toHaveLength(1);
  });
});

/** Lets the time pass in which the process that was killed could still have been at it. */
async function aMinuteLater(database: DatabaseConfig): Promise<void> {
  const storage = await openStorage(database);
  const before = new Date(Date.now() - 60_000).toISOString();
  await storage.transact(async ({ rows }) => {
    await loose(rows).updateTable('idempotent_answers').set({ held_until: before }).execute();
  });
  await storage.close();
}
