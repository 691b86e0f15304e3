import { DatabaseSync } from 'node:sqlite';

/** Held for the life of the process; the operating system lets go of it even after kill -9. */
export interface Lock {
  release(): void;
}

/** Another process, or another part of this one, has the database open. */
export class DatabaseInUse extends Error {}

const busy = 5;

/**
 * Keeps other processes away from a database by an exclusive lock on an empty file beside it, which is never written:
 * nothing stale can stay behind. Throws `DatabaseInUse` where somebody else holds it.
 */
export function lockDatabase(file: string): Lock {
  const beside = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    beside.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    beside.close();
    throw isBusy(error) ? new DatabaseInUse(inUse(file), { cause: error }) : error;
  }
  return {
    release() {
      if (beside.isOpen) beside.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}

function inUse(file: string): string {
  return `The database ${file} is in use by another Plugboard process. Stop that one first, or give this one its own data directory.`;
}
