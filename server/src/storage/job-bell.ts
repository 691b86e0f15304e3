/**
 * Rings after the commit for those in this process who do what a transaction enqueued. A hint that saves them the wait:
 * they look at the table by themselves as well.
 */
export class JobBell {
  readonly #listeners = new Set<() => void>();

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  ring(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What a transaction remembers until it is committed. */
export interface CommitNote {
  hasJobs: boolean;
}
