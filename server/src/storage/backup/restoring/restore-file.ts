import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite, sqliteFile } from '../../sqlite.ts';
import { lockDatabase } from '../../sqlite/lock.ts';
import type { Connections } from '../../storage.ts';
import { syncFolder } from '../../sync-folder.ts';

const drafts = '.restoring-';

export interface FileWish {
  readonly dataDir: string;
  readonly force: boolean;
}

/**
 * Makes a SQLite database beside its place and moves it there when it is whole: killed at any moment, there is the one from
 * before, or the restored one. Throws a sentence where one is there and may not be put aside, or a server is using it.
 */
export async function restoreFile<T>(
  { dataDir, force }: FileWish,
  fill: (connections: Connections) => Promise<T>,
): Promise<T> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = sqliteFile(dataDir);
  const lock = lockDatabase(file);
  try {
    if (existsSync(file) && !force)
      throw new Error(
        `There is a database at ${file}. Name an empty data folder, or use --force to put that one aside.`,
      );
    await clearDrafts(dataDir);
    return await make(dataDir, fill);
  } finally {
    lock.release();
  }
}

async function make<T>(dataDir: string, fill: (connections: Connections) => Promise<T>): Promise<T> {
  const draft = join(dataDir, `${drafts}${randomBytes(4).toString('hex')}`);
  try {
    const connections = openSqlite(draft);
    const result = await fill(connections).finally(() => connections.close());
    await putAside(sqliteFile(dataDir));
    await rename(sqliteFile(draft), sqliteFile(dataDir));
    await syncFolder(dataDir);
    return result;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What an earlier restore left that was killed. */
async function clearDrafts(dataDir: string): Promise<void> {
  const names = await readdir(dataDir);
  const left = names.filter((name) => name.startsWith(drafts));
  await Promise.all(left.map((name) => rm(join(dataDir, name), { recursive: true, force: true })));
}

/** A second name for the old file, which loses its first one when the new file takes that: there is always one of them. */
async function putAside(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const aside = `${file}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const log = `${file}-wal`;
  foldIn(file);
  await link(file, aside);
  // Where it could not be folded in, the file is damaged, and its log goes with it: it must never meet the new one.
  if (existsSync(log)) await rename(log, `${aside}-wal`);
  await rm(`${file}-shm`, { force: true });
}

/** Writes the log of a database into its file, which closing does where nobody else has it open. */
function foldIn(file: string): void {
  try {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  } catch {
    // It is damaged, which may be why there is a restore.
  }
}
