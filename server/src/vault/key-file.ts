import { randomBytes } from 'node:crypto';
import { constants, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MasterKey } from '../config.ts';
import { syncFolder } from '../storage/sync-folder.ts';
import { VaultError } from './vault.ts';

type Keys = readonly [MasterKey, ...MasterKey[]];

/**
 * Reads the master keys of a data directory, newest first, or makes one where there is none yet: mode 0600, on disk when this
 * resolves.
 */
export async function openKeyFile(path: string): Promise<Keys> {
  return (await readKeyFile(path)) ?? (await createKeyFile(path)) ?? missing(path);
}

/** A new master key with a name of its own. */
export function newMasterKey(): MasterKey {
  return { id: `k${randomBytes(4).toString('hex')}`, key: randomBytes(32) };
}

/** Puts these keys in the place of those in the file, on disk when this resolves: killed at any moment, it holds the ones or the others. */
export async function replaceKeyFile(path: string, keys: readonly MasterKey[]): Promise<void> {
  const draft = draftFor(path);
  try {
    await writeDurably(draft, written(keys));
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
}

async function readKeyFile(path: string): Promise<Keys | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => ignore(error, 'ENOENT'));
  if (!file) return undefined;
  try {
    refuseIfShared(path, (await file.stat()).mode);
    return parseKeys(path, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

function refuseIfShared(path: string, mode: number): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const shown = (mode & 0o777).toString(8);
  throw new VaultError(`The master key ${path} is open to other users (mode ${shown}). Run: chmod 600 ${path}`);
}

/** A key a line, newest first, in the form `PLUGBOARD_MASTER_KEY` takes: `id:key`, the key in base64. */
function parseKeys(path: string, text: string): Keys {
  const [first, ...older] = text.trimEnd().split('\n').map(parseKey);
  const isWhole = (key: MasterKey | undefined) => key !== undefined;
  if (first && older.every(isWhole)) return [first, ...older];
  throw new VaultError(
    `The master key ${path} is damaged: it must hold one line a key, id:key. Put it back from your backup.`,
  );
}

function parseKey(line: string): MasterKey | undefined {
  const [, id, encoded] = /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(line) ?? [];
  return id === undefined || encoded === undefined ? undefined : { id, key: Buffer.from(encoded, 'base64') };
}

function written(keys: readonly MasterKey[]): string {
  return keys.map(({ id, key }) => `${id}:${key.toString('base64')}\n`).join('');
}

/** Written whole under another name first, then linked: whoever comes second finds a complete file and reads that one. */
async function createKeyFile(path: string): Promise<Keys | undefined> {
  const draft = draftFor(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeDurably(draft, written([newMasterKey()]));
    await link(draft, path).catch((error: unknown) => ignore(error, 'EEXIST'));
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
  return readKeyFile(path);
}

function draftFor(path: string): string {
  return join(dirname(path), `.master.key.${randomBytes(8).toString('hex')}`);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignore(error: unknown, code: string): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === code)) throw error;
}

function missing(path: string): never {
  throw new VaultError(`The master key ${path} vanished while it was being read. Start again.`);
}
