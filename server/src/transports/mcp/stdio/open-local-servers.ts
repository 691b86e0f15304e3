import { lstat, realpath } from 'node:fs/promises';
import type { Config, StdioConfig } from '../../../config.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { HiddenPath } from './isolation/confine.ts';
import { createLocalServers, type LocalServers } from './create-local-servers.ts';
import { findIsolation } from './isolation/find-isolation.ts';
import { LocalServerFailure } from './local-server-failure.ts';

export interface LocalServerParts {
  readonly config: Pick<Config, 'stdio' | 'dataDir' | 'filesDir' | 'secretFiles'>;
  readonly clock: Clock;
  /** Whether there is one workspace on this instance and no more. */
  readonly isOnlyWorkspace: () => Promise<boolean>;
  /** Is told what the operator should know. */
  readonly warn: (sentence: string) => void;
}

/** What runs programs on this machine, as well apart from us as it allows; where the operator did not switch it on, nothing. */
export async function openLocalServers({ config, ...parts }: LocalServerParts): Promise<LocalServers> {
  const { stdio, filesDir } = config;
  if (stdio === undefined) return noLocalServers;
  const hidden = await hiddenPaths([config.dataDir, ...config.secretFiles]);
  const uid = process.platform === 'linux' ? process.getuid?.() : undefined;
  if (uid === undefined) throw new Error('PLUGBOARD_STDIO=on works on Linux alone. Switch it off.');
  const { isolation, warnings } = await findIsolation({ ...stdio, uid, hidden });
  for (const warning of warnings) parts.warn(warning);
  const machine = { isolation, packages: stdio.packages, filesDir, hidden, memoryMb: stdio.memoryMb };
  return createLocalServers({ ...parts, machine, most: mostOf(stdio) });
}

/** Without links, and only what is there: a data folder that does not exist holds nothing. */
async function hiddenPaths(paths: readonly string[]): Promise<HiddenPath[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const real = await realpath(path).catch(() => undefined);
      return real === undefined ? [] : [{ path: real, isFolder: (await lstat(real)).isDirectory() }];
    }),
  );
  return found.flat();
}

function mostOf({ most }: StdioConfig): StdioConfig['most'] {
  return { inAll: most.inAll, inWorkspace: Math.min(most.inWorkspace, most.inAll) };
}

/** Starts nothing, and says whose decision that is. */
export const noLocalServers: LocalServers = {
  start: async () => {
    throw new LocalServerFailure('Plugboard runs no programs unless the operator sets PLUGBOARD_STDIO=on.');
  },
  close: async () => undefined,
};
