import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './command.ts';
import { UsageError } from './show-error.ts';

/** The value of a variable, or of the file that `NAME_FILE` names. Throws `UsageError` where that cannot be read. */
export function readSetting(env: Environment, name: string): string | undefined {
  const file = env[`${name}_FILE`]?.trim();
  return env[name]?.trim() || (file ? readKeyFile(file, `${name}_FILE`) : undefined) || undefined;
}

/** The server's address: the option, `PLUGBOARD_URL`, `PLUGBOARD_PUBLIC_URL`, or the port on this machine. */
export function serverUrl(env: Environment, option: string | undefined): string {
  if (option !== undefined) return webUrl(option, '--url');
  const own = readSetting(env, 'PLUGBOARD_URL');
  if (own !== undefined) return webUrl(own, 'PLUGBOARD_URL');
  return publicUrl(env) ?? webUrl(`http://localhost:${readSetting(env, 'PLUGBOARD_PORT') ?? '7400'}`, 'PLUGBOARD_PORT');
}

/** The address that the server was told it has, where it was told one. */
export function publicUrl(env: Environment): string | undefined {
  const text = readSetting(env, 'PLUGBOARD_PUBLIC_URL');
  return text === undefined ? undefined : webUrl(text, 'PLUGBOARD_PUBLIC_URL');
}

/** Where the server keeps its files. */
export function dataFolder(env: Environment): string {
  return readSetting(env, 'PLUGBOARD_DATA_DIR') ?? './data';
}

export interface FoundKey {
  readonly key: string;
  /** Where it was found, for sentences. */
  readonly source: string;
}

/**
 * The key to ask with, most explicit first. The data folder's own admin key goes to this machine and to the configured public
 * address alone: an address that was merely typed must not be handed it.
 */
export function findKey(
  env: Environment,
  { url, keyFile }: { readonly url: string; readonly keyFile?: string | undefined },
): FoundKey | undefined {
  if (keyFile !== undefined) return { key: readKeyFile(keyFile, '--key-file'), source: keyFile };
  for (const name of ['PLUGBOARD_KEY', 'PLUGBOARD_ADMIN_KEY']) {
    const key = readSetting(env, name);
    if (key !== undefined) return { key, source: name };
  }
  const file = join(dataFolder(env), 'admin.key');
  const known = publicUrl(env);
  const isOurs = isLoopback(url) || (known !== undefined && new URL(known).origin === new URL(url).origin);
  const key = isOurs ? readIfThere(file) : undefined;
  return key ? { key, source: file } : undefined;
}

/** Whether the address can only be on this machine. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}

function webUrl(text: string, name: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash)
    return url.href.replace(/\/+$/, '');
  throw new UsageError(`${name} must give an http:// or https:// address without user, query or fragment.`);
}

function readKeyFile(file: string, name: string): string {
  const text = readIfThere(file);
  if (text === undefined || text === '')
    throw new UsageError(`${name} names ${file}, which cannot be read or is empty.`);
  return text;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
