import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startRelay } from '../support/relay.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

// A process has to start, fail, and recover, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'plugboard-unfit-'));
const mountable =
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder]).status === 0;

afterAll(() => {
  if (mountable) spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

describeOnDatabases('a database that cannot write (R17)', ({ engine, migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const plugboard = await startServerProcess(settings);
    open.push(plugboard);
    return plugboard;
  }

  let made = 0;
  const write = ({ call }: ServerProcess) => {
    made += 1;
    return call('POST /api/projects', { body: { name: 'P', slug: `p-${made}` } });
  };
  const read = async ({ call }: ServerProcess) => (await call('GET /api/projects')).status;
  const readiness = async ({ call }: ServerProcess) => {
    const { status, body } = await call('GET /readyz');
    return `${status} ${String(body['status'])}`;
  };

  /** Writes are refused with this reason, `/readyz` says it, and reads go on or not. */
  async function isUnfit(plugboard: ServerProcess, reason: string, reads: number): Promise<void> {
    await expect.poll(() => readiness(plugboard), { timeout: 20_000 }).toBe(`503 ${reason}`);
    const refused = await write(plugboard);
    expect(refused.status, refused.text).toBe(502);
    expect(refused.body['error']).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', reason });
    expect(refused.headers['retry-after']).toBe('5');
    expect(await read(plugboard)).toBe(reads);
  }

  async function isFit(plugboard: ServerProcess): Promise<void> {
    await expect.poll(() => readiness(plugboard), { timeout: 20_000 }).toBe('200 ready');
    await expect.poll(async () => (await write(plugboard)).status, { timeout: 20_000 }).toBe(201);
  }

  it.skipIf(engine === 'postgres' || !mountable)(
    'for want of room begins nothing, reads on, and goes on by itself (needs mount)',
    async () => {
      covers('unfit/nearly-full');
      const plugboard = await start({ PLUGBOARD_DATA_DIR: join(folder, 'data') });
      await isFit(plugboard);
      const filler = join(folder, 'filler');
      writeFileSync(filler, Buffer.alloc(20_000_000));
      await isUnfit(plugboard, 'disk_nearly_full', 200);
      rmSync(filler);
      await isFit(plugboard);
    },
  );

  it.skipIf(engine === 'postgres')('whose disk is full fails closed, reads on, and goes on by itself', async () => {
    covers('unfit/full');
    const plugboard = await start(settingsFor(await migrated()));
    const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(plugboard.pid), `--fsize=${bytes}:`]);
    limit('1000');
    await isUnfit(plugboard, 'disk_full', 200);
    limit('unlimited');
    await isFit(plugboard);
  });

  it.skipIf(engine === 'sqlite')('that is away fails closed, and is used again when it is back', async () => {
    covers('unfit/away');
    const { databaseUrl } = await migrated();
    const relay = await startRelay(databaseUrl?.reveal() ?? '');
    const plugboard = await start({ DATABASE_URL: relay.url });
    await isFit(plugboard);
    relay.cut();
    await expect.poll(() => read(plugboard), { timeout: 20_000 }).toBe(502);
    await isUnfit(plugboard, 'database_unavailable', 502);
    relay.mend();
    await isFit(plugboard);
    open.push(relay);
  });

  it.skipIf(engine === 'sqlite')('that is a standby fails closed, and reads on', async () => {
    covers('unfit/read-only');
    const { databaseUrl } = await migrated();
    const plugboard = await start({ DATABASE_URL: databaseUrl?.reveal() ?? '' });
    const readOnly = async (is: 'on' | 'off'): Promise<void> => {
      const client = new Client({ connectionString: databaseUrl?.reveal() });
      await client.connect();
      const { rows } = await client.query('select current_database() as name');
      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${rows[0].name} set default_transaction_read_only = ${is}`);
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await client.end();
    };
    await readOnly('on');
    await isUnfit(plugboard, 'database_read_only', 200);
    await readOnly('off');
    await isFit(plugboard);
  });
});
