/** What a transaction has to tell this process once it is committed. */
export interface CommitNote {
  hasJobs: boolean;
  hasEvents: boolean;
  /** Workspaces whose generation it raised (R6). */
  readonly changed: Set<string>;
}

/**
 * Told after every commit of this process. Hints that save a wait: whoever listens looks at the database by itself as well,
 * because other processes commit too.
 */
export interface CommitListener {
  readonly jobs?: () => void;
  readonly events?: () => void;
  readonly changed?: (workspaceId: string) => void;
}

/** Tells what was committed to those who asked to hear of it. */
export class CommitBells {
  readonly #listeners = new Set<CommitListener>();

  listen(listener: CommitListener): void {
    this.#listeners.add(listener);
  }

  ring({ hasJobs, hasEvents, changed }: CommitNote): void {
    for (const listener of this.#listeners) {
      if (hasJobs) listener.jobs?.();
      if (hasEvents) listener.events?.();
      if (listener.changed) for (const workspaceId of changed) listener.changed(workspaceId);
    }
  }
}
