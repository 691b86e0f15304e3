import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { DatabaseConfig } from '../support/databases.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { startWriter } from '../support/writer-process.ts';

describeOnDatabases('a process that is killed while it writes', ({ migrated }) => {
  it('R5: has kept everything it acknowledged', async () => {
    const config = await migrated();
    for (const after of [20, 60, 150]) {
      const writer = startWriter(config, { together: 8 });
      await writer.says('kept', after);
      await writer.killed();
      const found = await namesIn(config);
      expect(writer.kept().filter((name) => !found.has(name))).toEqual([]);
      await emptied(config);
    }
  });
});

describeOnDatabases('the file of a database', ({ engine, migrated }) => {
  it.skipIf(engine === 'postgres')(
    'is refused to a second process, and free again when the first is killed',
    async () => {
      const config = await migrated();
      const first = startWriter(config);
      await first.says('kept');
      const second = startWriter(config);
      expect(await second.ended).toMatchObject({
        code: 1,
        complaint: expect.stringContaining('in use by another Plugboard process. Stop that one first'),
      });
      await expect(openStorage(config)).rejects.toThrow('in use by another Plugboard process');
      await first.killed();
      const storage = await openStorage(config);
      await expect(openStorage(config)).rejects.toThrow('in use by another Plugboard process');
      await storage.close();
    },
  );

  it.skipIf(engine === 'postgres')(
    'refuses writes but not reads while it cannot grow, and goes on when it can (R17)',
    async () => {
      const config = await migrated();
      const writer = startWriter(config, { together: 2 });
      await writer.says('kept', 3);
      limitFileSize(writer.child.pid, 400_000);
      await writer.says('reads', 3);
      expect(writer.lines.filter((line) => line.startsWith('reads')).slice(0, 3)).toEqual(
        Array(3).fill('reads true writable false'),
      );
      const kept = writer.kept().length;
      limitFileSize(writer.child.pid, 'unlimited');
      await writer.says('kept', kept + 50);
      await writer.killed();
      const found = await namesIn(config);
      expect(writer.kept().filter((name) => !found.has(name))).toEqual([]);
      const failed = writer.lines.flatMap((line) => (line.startsWith('failed ') ? [line.slice(7)] : []));
      expect(failed.filter((name) => found.has(name))).toEqual([]);
    },
  );
});

const strace = spawnSync('strace', ['-e', 'trace=none', 'true']).status === 0;

describeOnDatabases('R5: an acknowledgement', ({ engine, migrated }) => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-strace-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function traced(together: number): Promise<string[]> {
    const log = join(folder, `trace-${together}`);
    const under = ['strace', '-f', '-e', 'trace=fsync,fdatasync,write', '-s', '12', '-o', log];
    const writer = startWriter(await migrated(), { count: 200, together, under });
    expect(await writer.ended).toMatchObject({ code: 0 });
    const [, events = ''] = readFileSync(log, 'utf8').split('"open');
    // A call that another thread's stands between ends on a line of its own.
    const ended = /(?:f(?:data)?sync\(\d+|<\.\.\. f(?:data)?sync resumed>)\) += 0|write\(1, "kept/g;
    return [...events.matchAll(ended)].map(([event]) => (event.startsWith('write') ? 'ack' : 'sync'));
  }

  it.skipIf(engine === 'postgres' || !strace)(
    'comes after an fsync of its own where nobody else writes (needs strace)',
    async () => {
      const events = await traced(1);
      expect(events.filter((event) => event === 'ack')).toHaveLength(200);
      expect(events.every((event, at) => event === 'sync' || events[at - 1] === 'sync')).toBe(true);
    },
  );

  it.skipIf(engine === 'postgres' || !strace)('shares its fsync with at most 64 others (needs strace)', async () => {
    const events = await traced(50);
    const syncs = events.filter((event) => event === 'sync').length;
    expect(events.filter((event) => event === 'ack')).toHaveLength(200);
    expect(events[0]).toBe('sync');
    expect(syncs).toBeGreaterThanOrEqual(4);
    expect(syncs).toBeLessThan(100);
  });
});

async function namesIn(config: DatabaseConfig): Promise<ReadonlySet<string>> {
  const storage = await openStorage(config);
  const rows = await loose(storage.rows).selectFrom('instance').select('name').execute();
  await storage.close();
  return new Set(rows.map((row) => String(row['name'])));
}

async function emptied(config: DatabaseConfig): Promise<void> {
  const storage = await openStorage(config);
  await storage.transact((trx) => loose(trx.rows).deleteFrom('instance').execute());
  await storage.close();
}

function limitFileSize(pid: number | undefined, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}
