import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { programVersion } from '../../server/src/storage/backup/program-version.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { startPlugboard } from '../support/plugboard.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { settingsFor } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const key = Buffer.alloc(32, 7).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'plugboard-s15-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeOnDatabases('S15: a backup', ({ engine, migrated, empty }) => {
  const file = join(folder, `${engine}.backup`);
  const withKey = (database: DatabaseConfig, changes: Record<string, string> = {}) => ({
    ...settingsFor(database),
    PLUGBOARD_MASTER_KEY: `test:${key}`,
    ...changes,
  });
  let database: DatabaseConfig;

  beforeAll(async () => {
    const gitlab = await startGitlab();
    database = await migrated();
    const plugboard = await startPlugboard(database);
    await connectGitlab(plugboard, gitlab.url);
    await plugboard.stop();
    await gitlab.stop();
    expect(await runCli(['backup', file], withKey(database))).toMatchObject({ code: 0 });
  });

  /** The lines of the backup, changed. */
  function changed(name: string, change: (lines: string[]) => readonly string[]): string {
    const path = join(folder, `${engine}-${name}`);
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    writeFileSync(path, gzipSync(`${change(lines).join('\n')}\n`));
    return path;
  }

  const restore = async (path: string, target: DatabaseConfig, ...options: string[]) =>
    runCli(['restore', path, ...options], withKey(target));

  /** A database that does not work is none: nothing of it may be there. */
  async function isEmpty(target: DatabaseConfig): Promise<boolean> {
    if (engine === 'sqlite') return readdirSync(target.dataDir).every((name) => name === 'plugboard.db.lock');
    const storage = await openStorage(target);
    const rows = await loose(storage.rows).selectFrom('workspaces').select('id').execute();
    await storage.close();
    return rows.length === 0;
  }

  it('holds no key and no secret, and is for its owner alone', () => {
    const text = gunzipSync(readFileSync(file)).toString();
    expect(text).toContain('connection_secrets');
    expect(text).not.toContain(key);
    expect(text).not.toContain(gitlabTokens.valid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('holds the key where that was asked for, with a warning', async () => {
    const path = `${file}-with-key`;
    const made = await runCli(['backup', path, '--include-key'], withKey(database));
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('whoever reads it can open every secret') });
    expect(gunzipSync(readFileSync(path)).toString()).toContain(`"master_keys":["test:${key}"]`);
    const target = { ...(await empty()), dataDir: mkdtempSync(join(folder, 'data-')) };
    const settings = { ...settingsFor(target), PLUGBOARD_DATA_DIR: target.dataDir };
    expect(await runCli(['restore', path], settings)).toMatchObject({ code: 0 });
    const kept = join(target.dataDir, 'master.key');
    expect([readFileSync(kept, 'utf8'), statSync(kept).mode & 0o777]).toEqual([`test:${key}\n`, 0o600]);
  });

  it('never replaces a file', async () => {
    const before = readFileSync(file);
    const again = await runCli(['backup', file], withKey(database));
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(file)).toEqual(before);
  });

  it.each([
    ['another key with its name', `test:${Buffer.alloc(32, 8).toString('base64')}`, 'is not the one this database'],
    ['a key of another name', `other:${key}`, 'is sealed with the master key "test"'],
  ])('is not restored with %s', async (_what, wrong, sentence) => {
    const target = await empty();
    const refused = await runCli(['restore', file], withKey(target, { PLUGBOARD_MASTER_KEY: wrong }));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(await isEmpty(target)).toBe(true);
  });

  it('is not restored without a key, and none is made up', async () => {
    const target = { ...(await empty()), dataDir: mkdtempSync(join(folder, 'data-')) };
    const settings = { ...settingsFor(target), PLUGBOARD_DATA_DIR: target.dataDir };
    const refused = await runCli(['restore', file], settings);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no master key here') });
    expect(readdirSync(target.dataDir)).toEqual([]);
  });

  it('is not restored over what is there', async () => {
    const refused = await restore(file, database);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(engine === 'sqlite' ? 'Name an empty data folder' : 'The database is not empty');
  });

  it.skipIf(engine === 'postgres')('puts what is there aside where it is told to', async () => {
    const target = await empty();
    await (await openStorage(target)).close();
    expect(await restore(file, target, '--force')).toMatchObject({ code: 0 });
    const names = readdirSync(target.dataDir);
    expect(names.filter((name) => name.startsWith('plugboard.db.before-'))).toHaveLength(1);
  });

  it.skipIf(engine === 'postgres')('is not restored below a server that runs', async () => {
    const target = await empty();
    const server = await openStorage(target);
    const refused = await restore(file, target, '--force');
    await server.close();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('in use by another Plugboard process') });
  });

  describe('that was damaged is not restored:', () => {
    const rowOf = (lines: readonly string[], table: string) =>
      lines.findIndex((line) => line.startsWith(`{"table":"${table}"`)) + 1;
    it.each([
      ['a row is gone', (lines: string[]) => lines.toSpliced(rowOf(lines, 'members'), 1)],
      [
        'a row is there twice',
        (lines: string[]) => lines.toSpliced(rowOf(lines, 'members'), 0, lines[rowOf(lines, 'members')] ?? ''),
      ],
      [
        'a row is another',
        (lines: string[]) => lines.map((line) => (line.startsWith('[') ? line.replace('OWNER', 'ADMIN') : line)),
      ],
      ['its end is gone', (lines: string[]) => lines.slice(0, -1)],
      ['a table is gone', (lines: string[]) => lines.toSpliced(rowOf(lines, 'instance') - 1, 1)],
      ['it is no backup', () => ['{"hello":1}']],
      [
        'it is a newer version’s',
        ([first = '', ...rest]: string[]) => [first.replace('"0001-spine"', '"0001-spine","9999-next"'), ...rest],
      ],
    ])('%s', async (name, change) => {
      const target = await empty();
      const refused = await restore(changed(name.replaceAll(/\W/g, '-'), change), target);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/damaged|cut off|no backup|newer Plugboard/);
      expect(await isEmpty(target)).toBe(true);
    });

    it('its bytes are', async () => {
      const bytes = readFileSync(file);
      const path = `${file}-flipped`;
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0x55, bytes.length >> 1);
      writeFileSync(path, bytes);
      const target = await empty();
      expect((await restore(path, target)).code).toBe(1);
      expect(await isEmpty(target)).toBe(true);
    });
  });

  it('that is killed on its way, or while it is restored, leaves nothing half', async () => {
    for (const ms of [150, 400, 700]) {
      const path = join(folder, `${engine}-killed-${ms}`);
      await killed(startCli(['backup', path], withKey(database)), ms);
      const whole = readdirSync(folder).includes(`${engine}-killed-${ms}`);
      const target = await empty();
      if (whole) expect(await restore(path, target)).toMatchObject({ code: 0 });
      const second = await empty();
      await killed(startCli(['restore', file], withKey(second)), ms);
      const ended = await onceLeft(() => restore(file, second));
      expect(ended.stderr).toMatch(/holds again|Name an empty data folder|The database is not empty/);
    }
  });

  it('says which version made it', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(programVersion).toBe(version);
  });
});

/** What was killed may hold the database for a moment longer. */
async function onceLeft(restoring: () => ReturnType<typeof runCli>): ReturnType<typeof runCli> {
  for (;;) {
    const ended = await restoring();
    if (!ended.stderr.includes('is in use by another Plugboard process')) return ended;
  }
}

async function killed(child: ReturnType<typeof startCli>, ms: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await once(child, 'exit');
  clearTimeout(timer);
}
