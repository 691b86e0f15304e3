import type { DatabaseSync } from 'node:sqlite';
import { TransactionLost } from '../fitness/why-unfit.ts';

interface Promised {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Transactions that reach the disk together, each undone by itself where it fails (R4). */
export class CommitGroup {
  readonly #database: DatabaseSync;
  readonly #startedAt = performance.now();
  readonly #members: Promised[] = [];
  #lost: Error | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('BEGIN IMMEDIATE');
  }

  /** Whether it takes no further member: it has as many as it may, or is older than that many milliseconds. */
  isFull(members: number, ms: number): boolean {
    return this.#lost !== undefined || this.#members.length >= members || performance.now() - this.#startedAt >= ms;
  }

  startMember(): void {
    this.#database.exec('SAVEPOINT member');
  }

  /** Resolves when the group is on disk; rejects where it did not get there. */
  keepMember(): Promise<void> {
    this.check();
    this.#database.exec('RELEASE member');
    return new Promise((resolve, reject) => void this.#members.push({ resolve, reject }));
  }

  undoMember(): void {
    this.#noticeLoss();
    if (this.#lost === undefined) this.#database.exec('ROLLBACK TO member; RELEASE member');
  }

  /** Throws where SQLite undid the whole group by itself: a full disk does that (sqlite.org/lang_transaction.html §3.1). */
  check(): void {
    this.#noticeLoss();
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Writes the group to disk and tells its members what became of it. */
  settle(): void {
    try {
      this.check();
      this.#database.exec(this.#members.length === 0 ? 'ROLLBACK' : 'COMMIT');
    } catch (error) {
      this.#abandon();
      for (const member of this.#members) member.reject(error);
      return;
    }
    for (const member of this.#members) member.resolve();
  }

  #abandon(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // The next group cannot begin, and says so.
    }
  }

  #noticeLoss(): void {
    if (this.#lost !== undefined || this.#database.isTransaction) return;
    this.#lost = new TransactionLost('The database could not be written and undid this transaction: is the disk full?');
  }
}
