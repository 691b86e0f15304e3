import { createPlugboard, type Plugboard } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { findKey, type FoundKey, isLoopback, serverUrl } from './settings.ts';
import { UsageError } from './show-error.ts';
import { writeError } from './terminal.ts';

export interface ConnectOptions {
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
}

/** The server that options and environment name, and the key for it. Throws `UsageError` where they name no key. */
export function findTarget(env: Environment, options: ConnectOptions): FoundKey & { readonly url: string } {
  const url = serverUrl(env, options.url);
  const found = findKey(env, { url, keyFile: options['key-file'] });
  if (!found) {
    throw new UsageError(
      'No key was found. Set PLUGBOARD_KEY, name a file with --key-file, or run this where the data folder with admin.key is (PLUGBOARD_DATA_DIR).',
    );
  }
  if (url.startsWith('http:') && !isLoopback(url))
    writeError(`Warning: the key travels to ${new URL(url).host} in clear text. Use its https address.\n`);
  if (!/^[\x21-\x7e]+$/.test(found.key))
    throw new UsageError(`What ${found.source} holds cannot be a key: it must be one word.`);
  return { ...found, url };
}

/** A client of that server. */
export function connect(env: Environment, options: ConnectOptions): Plugboard {
  const { url, key } = findTarget(env, options);
  return createPlugboard({ url, key });
}
