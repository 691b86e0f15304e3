import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './command.ts';
import { UsageError } from './show-error.ts';

/** A server somebody signed in to, and the key they did it with. */
export interface Profile {
  readonly url: string;
  readonly key: string;
}

/** The one that is meant where nobody names one. */
export const usualProfile = 'default';

/** The profile, or `undefined` where there is none of that name. Throws `UsageError` for a name or a file that cannot be one. */
export function readProfile(env: Environment, name: string): Profile | undefined {
  const file = profileFile(env, name);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const { url, key } = parsed(text);
  if (typeof url === 'string' && URL.canParse(url) && typeof key === 'string' && key !== '') return { url, key };
  throw new UsageError(`${file} is damaged. Sign in again: plugboard login --profile ${name}`);
}

/** Keeps a profile in a file of its own that its owner alone can read: whole, or not at all. */
export function writeProfile(env: Environment, name: string, { url, key }: Profile): string {
  const file = profileFile(env, name);
  const folder = profilesFolder(env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, `${JSON.stringify({ url, key }, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return file;
}

/** Forgets a profile; false where there was none. */
export function removeProfile(env: Environment, name: string): boolean {
  const file = profileFile(env, name);
  if (readIfThere(file) === undefined) return false;
  rmSync(file);
  return true;
}

/** The names of all profiles, in the order of the alphabet. */
export function profileNames(env: Environment): readonly string[] {
  try {
    const files = readdirSync(profilesFolder(env)).filter((file) => file.endsWith('.json'));
    return files.map((file) => file.slice(0, -'.json'.length)).toSorted();
  } catch {
    return [];
  }
}

/** Where a profile is kept. Throws `UsageError` for a name that cannot be one. */
export function profileFile(env: Environment, name: string): string {
  if (!/^[\w][\w.-]{0,39}$/.test(name))
    throw new UsageError('The name of a profile has at most 40 letters, digits, dots, dashes and underscores.');
  return join(profilesFolder(env), `${name}.json`);
}

/** XDG Base Directory Specification; on Windows, where programs keep their settings. */
function profilesFolder(env: Environment): string {
  const roaming = process.platform === 'win32' ? env['APPDATA'] : undefined;
  const base = env['XDG_CONFIG_HOME'] || roaming || join(env['HOME'] || homedir(), '.config');
  return join(base, 'plugboard', 'profiles');
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
