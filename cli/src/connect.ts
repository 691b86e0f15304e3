import { createPlugboard, type Plugboard } from '../../sdk/src/index.ts';
import type { Environment } from './command.ts';
import { findServer, type ServerWish } from './find-server.ts';
import { type FoundKey, isLoopback } from './settings.ts';
import { UsageError } from './show-error.ts';
import { writeError } from './terminal.ts';

/** How a command names its server. */
export type ConnectOptions = ServerWish;

/** The server that options and environment name, and the key for it. Throws `UsageError` where they name no key. */
export function findTarget(env: Environment, options: ConnectOptions): FoundKey & { readonly url: string } {
  const { url, found } = findServer(env, options);
  if (!found) {
    throw new UsageError(
      'No key was found. Sign in with "plugboard login", set PLUGBOARD_KEY, name a file with --key-file, or run this where the data folder with admin.key is (PLUGBOARD_DATA_DIR).',
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
