import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: Readable & MaybeTerminal;
  readonly stdout: Writable & MaybeTerminal;
  readonly stderr: Writable & MaybeTerminal;
}

interface MaybeTerminal {
  readonly isTTY?: boolean;
}

const own = new AsyncLocalStorage<Streams>();

/** Those of the command that runs: the process's, unless it was given others. */
export function streams(): Streams {
  return own.getStore() ?? process;
}

/** Runs a command on other streams than the process's, beside whatever else runs. */
export function withStreams<T>(given: Streams, work: () => Promise<T>): Promise<T> {
  return own.run(given, work);
}
