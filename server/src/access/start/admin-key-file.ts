import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomToken } from '../../lib/ids.ts';
import type { Secret } from '../../lib/secret.ts';

/** Puts the key into a file that its owner alone can read; when this returns, it is on disk. It replaces what was there. */
export function writeKeyFile(file: string, key: Secret): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomToken(8)}`;
  const handle = openSync(fresh, 'wx', 0o600);
  writeSync(handle, `${key.reveal()}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(fresh, file);
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** Removes the file of a key that has ended. */
export function dropKeyFile(file: string): void {
  rmSync(file, { force: true });
}
