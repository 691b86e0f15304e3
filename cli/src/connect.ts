import { createPlugboard, type Plugboard } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { findKey, isLoopback, serverUrl } from './settings.ts';
import { UsageError } from './show-error.ts';
import { writeError } from './terminal.ts';

export interface ConnectOptions {
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
}

/** A client of the server that options and environment name. Throws `UsageError` where they name no key. */
export function connect(env: Environment, options: ConnectOptions): Plugboard {
  const url = serverUrl(env, options.url);
  const found = findKey(env, { url, keyFile: options['key-file'] });
  if (!found) {
    throw new UsageError(
      'No key was found. Set PLUGBOARD_KEY, name a file with --key-file, or run this where the data folder with admin.key is (PLUGBOARD_DATA_DIR).',
    );
  }
  if (url.startsWith('http:') && !isLoopback(url))
    writeError(`Warning: the key travels to ${new URL(url).host} in clear text. Use its https address.\n`);
  try {
    return createPlugboard({ url, key: found.key });
  } catch (cause) {
    throw new UsageError(`What ${found.source} holds cannot be a key: it must be one word.`, { cause });
  }
}
