import { statfs } from 'node:fs/promises';
import { type Unfit, whyUnfit } from './why-unfit.ts';

/** Whether the database can take writes, as far as anybody has noticed (R17). */
export interface Fitness {
  /** Why it cannot; `undefined` while it can. */
  readonly unfit: Unfit | undefined;
  /** Learns from an error of the database. */
  noticed(error: unknown): void;
  close(): void;
}

export interface FitnessOptions {
  /** Throws where the database cannot take a write. */
  readonly ping: () => Promise<void>;
  /** The folder of a SQLite database, whose disk is watched. */
  readonly folder: string | undefined;
}

/** What is kept free so that what is under way can end: outcomes of calls, and SQLite's log. */
const leastFreeBytes = 32 * 1024 * 1024;
const lookEveryMs = 2_000;
/** Longer than a ping's answer is kept. */
const tryAgainMs = 1_100;

/** Watches the disk, remembers what failed, and tries until it works again. */
export function createFitness({ ping, folder }: FitnessOptions): Fitness {
  let failure: Unfit | undefined;
  let isNearlyFull = false;
  let trying: NodeJS.Timeout | undefined;

  function noticed(error: unknown): void {
    const why = whyUnfit(error);
    if (why === undefined) return;
    failure = why;
    trying ??= setTimeout(tryAgain, tryAgainMs).unref();
  }

  function tryAgain(): void {
    trying = undefined;
    ping().then(() => {
      failure = undefined;
    }, noticed);
  }

  async function look(): Promise<void> {
    if (folder === undefined) return;
    const { bavail, bsize } = await statfs(folder);
    isNearlyFull = bavail * bsize < leastFreeBytes;
  }

  // A file system that cannot say how full it is, is not watched.
  const lookSafely = (): void => void look().catch(() => {});
  const looking = folder === undefined ? undefined : setInterval(lookSafely, lookEveryMs).unref();
  lookSafely();
  return {
    get unfit() {
      return failure ?? (isNearlyFull ? 'disk_nearly_full' : undefined);
    },
    noticed,
    close() {
      clearInterval(looking);
      clearTimeout(trying);
    },
  };
}
