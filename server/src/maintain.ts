import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkConnectors } from './catalog/manifest/check-connectors.ts';
import { type Config, readConfig } from './config.ts';
import { appendEvent, systemActor } from './events/append-event.ts';
import { systemClock as clock, isoTime } from './lib/clock.ts';
import type { BackupHeader, Manifest } from './storage/backup/backup-format.ts';
import { programVersion } from './storage/backup/program-version.ts';
import { openBackup } from './storage/backup/restoring/read-backup.ts';
import { restoreBackup } from './storage/backup/restoring/restore-backup.ts';
import { writeBackup } from './storage/backup/write-backup.ts';
import { openStorage } from './storage/open-storage.ts';
import { loadMasterKeys, type MasterKeys } from './vault/master-keys.ts';
import { readRootKey } from './vault/root-key.ts';

declare module './events/append-event.ts' {
  interface EventTypes {
    /** The database is one from earlier: what was changed, revoked or recorded since is gone. */
    'instance.restored': { readonly made_at: string; readonly version: string };
  }
}

/** What was done, for whoever started it. */
interface Report {
  readonly file: string;
  readonly made_at: string;
  readonly tables: Manifest;
  readonly warnings: readonly string[];
}

const commands = { backup, restore };

/**
 * The operator's commands beside the server, with its configuration: `backup <file> [--include-key]`,
 * `restore <file> [--force]`; and `check-connectors <folder>…`, which needs none.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'include-key': { type: 'boolean', default: false }, force: { type: 'boolean', default: false } },
  });
  const [name, file, ...others] = positionals;
  if (name === 'check-connectors' && file !== undefined) return checkFolders([file, ...others]);
  if ((name !== 'backup' && name !== 'restore') || file === undefined)
    throw new Error('Say what to do: backup <file> or restore <file>.');
  const report = await commands[name](readConfig(process.env), file, values);
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function checkFolders(folders: readonly string[]): Promise<void> {
  const read = await Promise.all(folders.map((folder) => checkConnectors(folder, 'operator')));
  const connectors = read.flatMap((each) => each.connectors);
  const report = {
    connectors: connectors.length,
    tools: connectors.flatMap(({ tools }) => tools).length,
    problems: read.flatMap((each) => each.problems),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

interface Options {
  readonly 'include-key': boolean;
  readonly force: boolean;
}

async function backup(config: Config, file: string, options: Options): Promise<Report> {
  const made_at = isoTime(clock);
  const keys = options['include-key'] ? await keysIn(config) : undefined;
  const tables = await writeBackup(config, file, {
    version: programVersion,
    made_at,
    ...(keys && { master_keys: keys }),
  });
  const warning = keys
    ? 'The backup holds the master key: whoever reads it can open every secret. Keep it like one.'
    : 'The master key is not in the backup. Keep a copy of it elsewhere: without it no secret opens.';
  return { file, made_at, tables, warnings: [warning] };
}

async function restore(config: Config, file: string, { force }: Options): Promise<Report> {
  const opened = await openBackup(file);
  try {
    const keys = await keysFor(config, opened.header);
    readRootKey(keys.keys, opened.header.key_checks);
    await keys.keep();
    const tables = await restoreBackup(opened, { config, force });
    await record(config, opened.header);
    const since = `What was revoked, removed or changed since ${opened.header.made_at} holds again. Look through keys, members and connections.`;
    return { file, made_at: opened.header.made_at, tables, warnings: [since] };
  } finally {
    opened.close();
  }
}

async function record(config: Config, { made_at, version }: BackupHeader): Promise<void> {
  const storage = await openStorage(config);
  try {
    const event = {
      type: 'instance.restored',
      actor: systemActor,
      subject: 'instance',
      data: { made_at, version },
    } as const;
    const workspaces = await storage.rows.selectFrom('workspaces').select('id').execute();
    for (const { id } of workspaces) await storage.workspace(id).transact((trx) => appendEvent(trx, clock, event));
  } finally {
    await storage.close();
  }
}

/** The master keys in use, as `PLUGBOARD_MASTER_KEY` takes them. */
async function keysIn(config: Config): Promise<string[]> {
  const keys = (await masterKeysOf(config)) ?? missingKey();
  return [...keys.byId.values()].map(({ id, key }) => `${id}:${key.toString('base64')}`);
}

interface KeysForRestore {
  readonly keys: MasterKeys;
  /** Puts the keys that came with the backup beside the data. */
  keep(): Promise<void>;
}

async function keysFor(config: Config, { master_keys: included }: BackupHeader): Promise<KeysForRestore> {
  const here = await masterKeysOf(config);
  if (here) return { keys: here, keep: async () => {} };
  if (included === undefined) return missingKey();
  const { masterKeys } = readConfig({ PLUGBOARD_MASTER_KEY: included.join(',') });
  if (masterKeys.length === 0) return missingKey();
  return {
    keys: await loadMasterKeys({ masterKeys, dataDir: config.dataDir }),
    async keep() {
      await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
      const lines = included.map((key) => `${key}\n`).join('');
      await writeFile(keyFile(config), lines, { mode: 0o600, flag: 'wx', flush: true });
    },
  };
}

/** The configured keys, or the file that is there: none is made. */
async function masterKeysOf(config: Config): Promise<MasterKeys | undefined> {
  return config.masterKeys.length > 0 || existsSync(keyFile(config)) ? loadMasterKeys(config) : undefined;
}

function keyFile({ dataDir }: Config): string {
  return join(dataDir, 'master.key');
}

function missingKey(): never {
  throw new Error(
    'There is no master key here. Set PLUGBOARD_MASTER_KEY_FILE, or put master.key back into the data folder, and try again.',
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
