import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { startGitlab } from '../emulators/gitlab.ts';
import { sealNow, verify } from '../support/audit.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases, newDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { runCli } from '../support/run-cli.ts';
import { masterKey, type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000 });

const folder = mkdtempSync(join(tmpdir(), 'plugboard-backups-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeOnDatabases('a backup', ({ engine, migrated, empty }) => {
  const elsewhere = newDatabases(engine === 'sqlite' ? 'postgres' : 'sqlite');
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  const environment = (database: DatabaseConfig) => ({ ...settingsFor(database), PLUGBOARD_MASTER_KEY: masterKey });
  const issue = { arguments: { project: 'acme/api', issue_iid: 1 } };
  const read = ({ call }: Pick<Plugboard, 'call'>, connection: string) =>
    call(`POST /api/v1/connections/${connection}/tools/get_issue/call`, { body: issue });

  /** A server at work, on whose database others write all the time; a connection that calls; a backup made meanwhile. */
  async function scene(): Promise<{ readonly file: string; readonly connection: string; readonly saved: number }> {
    const database = await migrated();
    const gitlab = await startGitlab();
    const plugboard = await startServerProcess(settingsFor(database));
    open.push(gitlab, plugboard);
    const connection = await connectGitlab(plugboard, gitlab.url);
    const load = keepBusy(plugboard, () => read(plugboard, connection));
    await expect.poll(load.count, { timeout: 60_000 }).toBeGreaterThan(20);
    const file = join(folder, `${engine}-${open.length}-${Date.now()}.backup`);
    const before = load.count();
    const made = await runCli(['backup', file, '--json'], environment(database));
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('The master key is not in the backup') });
    expect(load.count()).toBeGreaterThan(before);
    await load.stop();
    await plugboard.stop();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    return { file, connection, saved: JSON.parse(made.stdout).tables.projects.rows };
  }

  async function works(database: DatabaseConfig, { connection, saved }: Awaited<ReturnType<typeof scene>>) {
    const restored = await startServerProcess(settingsFor(database));
    open.push(restored);
    expect((await read(restored, connection)).body).toMatchObject({ status: 'ok', output: { iid: 1 } });
    expect(await projects(restored)).toBe(saved);
    expect(await verify(restored)).toMatchObject({ ok: true });
    const told = await restored.call('GET /api/v1/events?type=instance.restored');
    expect(told.body['data']).toMatchObject([{ actor: 'system', data: { version: '0.1.0' } }]);
  }

  it('is made while the server works, and restored it works on', async () => {
    covers('backup/online', 'backup/restored');
    const made = await scene();
    const target = await empty();
    const restored = await runCli(['restore', made.file], environment(target));
    expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('holds again') });
    await works(target, made);
  });

  it('is restored into the other engine', async () => {
    covers('backup/other-engine');
    const made = await scene();
    const target = await elsewhere.empty();
    expect(await runCli(['restore', made.file], environment(target))).toMatchObject({ code: 0 });
    await works(target, made);
  });

  it('has the counts and digests of what it saved', async () => {
    covers('backup/compared');
    const database = await migrated();
    const plugboard = await startPlugboard(database);
    await sealNow(plugboard.app, plugboard.workspaceId);
    const file = join(folder, `${engine}-counts.backup`);
    const withKey = (config: DatabaseConfig) => ({
      ...settingsFor(config),
      PLUGBOARD_MASTER_KEY: `test:${masterKey}`,
    });
    const made = await runCli(['backup', file, '--json'], withKey(database));
    const target = await empty();
    const restored = await runCli(['restore', file, '--json'], withKey(target));
    const { tables, ...facts } = JSON.parse(restored.stdout);
    expect(tables).toEqual(JSON.parse(made.stdout).tables);
    expect(facts).toMatchObject({ file, made_at: JSON.parse(made.stdout).made_at });
    const again = await runCli(['backup', `${file}-again`, '--json'], withKey(target));
    const { events: _, ...unchanged } = tables;
    expect(JSON.parse(again.stdout).tables).toMatchObject(unchanged);
  });
});

interface Load {
  /** Writes that were acknowledged. */
  count(): number;
  stop(): Promise<void>;
}

/** Writes and calls, four at a time, until it is told to stop. */
function keepBusy({ call }: ServerProcess, alsoDo: () => Promise<unknown>): Load {
  let count = 0;
  const over = new AbortController();
  /** Where the server is gone, the test has failed already. */
  const work = async (who: number): Promise<void> => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      const body = { name: 'Busy', slug: `busy-${who}-${at}` };
      if ((await call('POST /api/projects', { body })).status === 201) count += 1;
      await alsoDo();
    }
  };
  const workers = [1, 2, 3, 4].map((who) => work(who).catch(() => {}));
  return {
    count: () => count,
    async stop() {
      over.abort();
      await Promise.all(workers);
    },
  };
}

async function projects({ call }: Pick<Plugboard, 'call'>): Promise<number> {
  let count = 0;
  let cursor = '';
  for (;;) {
    const { body } = await call(`GET /api/projects?limit=100${cursor}`);
    count += Array.isArray(body['data']) ? body['data'].length : 0;
    if (typeof body['next_cursor'] !== 'string') return count;
    cursor = `&cursor=${body['next_cursor']}`;
  }
}
