import { randomBytes } from 'node:crypto';
import { constants, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MasterKey } from '../config.ts';
import { syncFolder } from '../storage/sync-folder.ts';
import { VaultError } from './vault.ts';

/** Reads the master key of a data directory, or makes one where there is none yet: mode 0600, on disk when this resolves. */
export async function openKeyFile(path: string): Promise<MasterKey> {
  return (await readKeyFile(path)) ?? (await createKeyFile(path)) ?? missing(path);
}

async function readKeyFile(path: string): Promise<MasterKey | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => ignore(error, 'ENOENT'));
  if (!file) return undefined;
  try {
    refuseIfShared(path, (await file.stat()).mode);
    return parseKey(path, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

function refuseIfShared(path: string, mode: number): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const shown = (mode & 0o777).toString(8);
  throw new VaultError(`The master key ${path} is open to other users (mode ${shown}). Run: chmod 600 ${path}`);
}

/** The line a file holds, in the form `PLUGBOARD_MASTER_KEY` takes: `id:key`, the key in base64. */
function parseKey(path: string, text: string): MasterKey {
  const [, id, encoded] = /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(text) ?? [];
  if (id === undefined || encoded === undefined) {
    throw new VaultError(
      `The master key ${path} is damaged: it must hold one line, id:key. Put it back from your backup.`,
    );
  }
  return { id, key: Buffer.from(encoded, 'base64') };
}

/** Written whole under another name first, then linked: whoever comes second finds a complete file and reads that one. */
async function createKeyFile(path: string): Promise<MasterKey | undefined> {
  const draft = join(dirname(path), `.master.key.${randomBytes(8).toString('hex')}`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeDurably(draft, `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}\n`);
    await link(draft, path).catch((error: unknown) => ignore(error, 'EEXIST'));
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
  return readKeyFile(path);
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
