import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failed } from '../show-error.ts';

/** What a file holds; empty where there is none. Throws `Failed` where it cannot be read, or is no file (a device has no end). */
export function contentOf(file: string): string {
  try {
    if (statSync(file).isFile()) return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new Failed(`${file} cannot be read. Look at who owns it.`);
  }
  throw new Failed(`${file} is no file. Name another with --file.`);
}

/**
 * Writes a file whole or not at all, readable by its owner alone, where it still holds what was read before. A link stays a
 * link: the file it leads to is written. Throws `Failed` where somebody else has changed it.
 */
export function replaceFile(file: string, before: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const target = realFile(file);
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    if (contentOf(target) !== before) throw new Failed(`${file} was changed by another program meanwhile. Try again.`);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
